\set user random(1, :users)
SELECT sum(amount) AS total,
       sum(amount) FILTER (WHERE release_at IS NULL OR release_at <= now()) AS withdrawable
  FROM transactions WHERE user_id = :user AND status = 'completed';
