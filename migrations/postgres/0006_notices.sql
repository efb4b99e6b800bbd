-- Whom to tell of which post by mail, and when: a row goes when the mail is written or nobody needs it any more.
CREATE TABLE kollegium_notices (
    user_id   text   NOT NULL,
    post_id   text   NOT NULL,
    create_at bigint NOT NULL,
    due_at    bigint NOT NULL,
    PRIMARY KEY (user_id, post_id)
);
CREATE INDEX idx_kollegium_notices_due_at ON kollegium_notices (due_at);
