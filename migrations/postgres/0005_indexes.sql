-- The replies of a thread in order.
CREATE INDEX IF NOT EXISTS kollegium_posts_thread ON posts (rootid, deleteat, createat);
