\set user random(1, :users)
\set amount random(1, 10000)
\set key random(100000000000000, 999999999999999)
\set delay random(1, :release_within + 1) - 1
BEGIN;
SELECT user_id FROM accounts WHERE user_id = :user FOR UPDATE;
INSERT INTO transactions (user_id, amount, type, status, idempotency_key, release_at)
  VALUES (:user, :amount, 'charge', 'completed', :key, now() + :delay * interval '1 second');
END;
