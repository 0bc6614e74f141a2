-- The design the wallet replaces: every transaction is a row, a balance is a sum over rows.
CREATE TABLE accounts (user_id bigint PRIMARY KEY);

CREATE TABLE transactions (
  id              bigserial PRIMARY KEY,
  user_id         bigint NOT NULL,
  amount          bigint NOT NULL,
  type            text NOT NULL,
  status          text NOT NULL,
  idempotency_key text NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  release_at      timestamptz,
  UNIQUE (user_id, idempotency_key)
);
CREATE INDEX ON transactions (user_id);
CREATE INDEX ON transactions (created_at);
CREATE INDEX ON transactions (status);

-- Users exist, and have money: nothing is refused.
INSERT INTO accounts SELECT generate_series(1, 100000);
INSERT INTO transactions (user_id, amount, type, status, idempotency_key, release_at)
  SELECT user_id, 1000000000000, 'charge', 'completed', 'funding', now() FROM accounts;
VACUUM ANALYZE;
CHECKPOINT;
