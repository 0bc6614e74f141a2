\set user random(1, :users)
SELECT * FROM transactions WHERE user_id = :user ORDER BY id DESC LIMIT 10;
