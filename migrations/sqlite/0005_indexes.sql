-- Nearly all posts are living ones: an index of that alone finds nothing, but misleads the planner into reading all of them.
DROP INDEX idx_posts_delete_at;
-- The replies of a thread in order; takes the place of the same without the time.
DROP INDEX idx_posts_root_id_delete_at;
CREATE INDEX kollegium_posts_thread ON posts (rootid, deleteat, createat);
