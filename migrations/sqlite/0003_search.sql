-- What posts are found by. The texts are not kept a second time, only which words stand in which post.
-- `message` is the message, in scripts without spaces each character a word of its own; `marks` holds the channel as
-- c<id>, the author as u<id> and each hashtag as t<hexadecimal, lower case>.
-- The number of a row is when the post was made (42 bits) and the lowest 20 bits of its `seq`: so the newest matches come
-- first without being sorted, and a stretch of time is a range.
CREATE VIRTUAL TABLE kollegium_posts_fts USING fts5(
    message, marks, content = '', contentless_delete = 1, tokenize = 'porter unicode61 remove_diacritics 0'
);

CREATE TRIGGER kollegium_posts_erased AFTER DELETE ON posts BEGIN
    DELETE FROM kollegium_posts_fts
     WHERE rowid = (max(0, min(coalesce(old.createat, 0), 4000000000000)) << 20) | (old.seq & 1048575);
END;
