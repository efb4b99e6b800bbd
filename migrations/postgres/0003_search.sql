-- Posts are found by the reference server's own indexes; a database that was adopted may have lost them.
CREATE INDEX IF NOT EXISTS idx_posts_message_txt ON posts USING gin (to_tsvector('english', message));
CREATE INDEX IF NOT EXISTS idx_posts_hashtags_txt ON posts USING gin (to_tsvector('english', hashtags));
