\set user random(1, :users)
\set amount random(1, 100)
\set key random(100000000000000, 999999999999999)
BEGIN;
SELECT user_id FROM accounts WHERE user_id = :user FOR UPDATE;
SELECT sum(amount) FROM transactions
  WHERE user_id = :user AND status <> 'failed' AND (release_at IS NULL OR release_at <= now());
INSERT INTO transactions (user_id, amount, type, status, idempotency_key)
  VALUES (:user, -1 * CAST(:amount AS bigint), 'withdraw', 'pending', :key);
END;
