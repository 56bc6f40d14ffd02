-- The audit service's copy of the other services' logs: every row as its service stored it, and never changed here.
-- `event_id`, `correlation` and `recorded_at` are read from `state`, so that a case can be found without opening rows.

CREATE TABLE IF NOT EXISTS copied_events (
    source text NOT NULL,
    position bigint NOT NULL,
    stream uuid NOT NULL,
    version bigint NOT NULL,
    topic text NOT NULL,
    state bytea NOT NULL,
    event_id uuid NOT NULL,
    correlation uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (source, position)
);
CREATE INDEX IF NOT EXISTS copied_events_correlation_idx ON copied_events (correlation);
CREATE INDEX IF NOT EXISTS copied_events_event_id_idx ON copied_events (event_id);
CREATE INDEX IF NOT EXISTS copied_events_stream_idx ON copied_events (source, stream, version);
CREATE INDEX IF NOT EXISTS copied_events_topic_recorded_at_idx ON copied_events (topic, recorded_at);
DROP INDEX IF EXISTS copied_events_topic_idx;

-- The heads of the other services' hash trees that were countersigned here, each with the line that did it.
CREATE TABLE IF NOT EXISTS witnessed_heads (
    source text NOT NULL,
    size bigint NOT NULL,
    note text NOT NULL,
    PRIMARY KEY (source, size)
);
CREATE OR REPLACE TRIGGER witnessed_heads_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON witnessed_heads
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE OR REPLACE TRIGGER copied_events_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON copied_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Which positions of another service's log two people declared lost, when its database was put back from a backup.
CREATE TABLE IF NOT EXISTS declared_restores (
    source text NOT NULL,
    first bigint NOT NULL,
    last bigint NOT NULL,
    PRIMARY KEY (source, first)
);
CREATE OR REPLACE TRIGGER declared_restores_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON declared_restores
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- How far each log's tree has been made anew from the copy, and the leaves made on the way. No evidence: they only spare
-- it to begin at the first row each time.
CREATE TABLE IF NOT EXISTS recomputed_logs (
    source text PRIMARY KEY,
    position bigint NOT NULL,
    held bigint NOT NULL,
    edge bytea NOT NULL
);
CREATE TABLE IF NOT EXISTS recomputed_leaves (
    source text NOT NULL,
    position bigint NOT NULL,
    leaf bytea NOT NULL,
    PRIMARY KEY (source, position)
);

GRANT SELECT, INSERT ON copied_events, witnessed_heads, declared_restores TO {login};
GRANT SELECT, INSERT, UPDATE ON recomputed_logs, recomputed_leaves TO {login};
