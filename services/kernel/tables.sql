-- Every service's tables. Installed by the database's owner; {login} is the role the service runs as.
-- Library layout first (eventsourcing 9.5.6): a stock program reads these two and the type.

CREATE TABLE IF NOT EXISTS stored_events (
    originator_id uuid NOT NULL,
    originator_version bigint NOT NULL,
    topic text NOT NULL,
    state bytea NOT NULL,
    notification_id bigint NOT NULL,
    PRIMARY KEY (originator_id, originator_version)
);
CREATE UNIQUE INDEX IF NOT EXISTS stored_events_notification_id_idx ON stored_events (notification_id);

CREATE TABLE IF NOT EXISTS stored_snapshots (
    originator_id uuid NOT NULL,
    originator_version bigint NOT NULL,
    topic text NOT NULL,
    state bytea NOT NULL,
    PRIMARY KEY (originator_id, originator_version)
);

CREATE TABLE IF NOT EXISTS notification_tracking (
    application_name text PRIMARY KEY,
    notification_id bigint NOT NULL
);

-- What a caller asked for once: status and reference, and keyed digests only, never a body.
CREATE TABLE IF NOT EXISTS command_keys (
    key_digest bytea PRIMARY KEY,
    request_digest bytea NOT NULL,
    reference uuid NOT NULL,
    version bigint NOT NULL,
    position bigint NOT NULL,
    status smallint NOT NULL
);

-- The next moments of a clock, or of another aggregate, written in the transaction of the event that sets them.
CREATE TABLE IF NOT EXISTS due_moments (
    clock uuid NOT NULL,
    moment text NOT NULL,
    due_at timestamptz NOT NULL,
    PRIMARY KEY (clock, moment)
);
CREATE INDEX IF NOT EXISTS due_moments_due_at_idx ON due_moments (due_at);

-- A unique thing taken once: a receipt code, an account's sign-in name.
CREATE TABLE IF NOT EXISTS reservations (
    kind text NOT NULL,
    value bytea NOT NULL,
    holder uuid NOT NULL,
    PRIMARY KEY (kind, value)
);

-- Periods in which a thing is taken: the database refuses an overlap. A range over ids of one id stands for the id, so
-- that gist needs no extension.
DO $$ BEGIN
    IF to_regtype('uuid_range') IS NULL THEN CREATE TYPE uuid_range AS RANGE (subtype = uuid); END IF;
END $$;

CREATE TABLE IF NOT EXISTS taken_periods (
    holder uuid NOT NULL,
    resource uuid NOT NULL,
    during tstzrange NOT NULL CHECK (NOT isempty(during)),
    PRIMARY KEY (holder, resource),
    CONSTRAINT taken_periods_never_overlap
        EXCLUDE USING gist (uuid_range(resource, resource, '[]') WITH &&, during WITH &&)
);

-- How far a relay has published. Moved only from the position its holder last saw.
CREATE TABLE IF NOT EXISTS checkpoints (
    name text PRIMARY KEY,
    position bigint NOT NULL DEFAULT 0
);

-- Events a consumer could not process, with all that followed for the same aggregate.
CREATE TABLE IF NOT EXISTS parked_events (
    follower text NOT NULL,
    position bigint NOT NULL,
    originator_id uuid NOT NULL,
    originator_version bigint NOT NULL,
    topic text NOT NULL,
    state bytea NOT NULL,
    reason text NOT NULL,
    parked_at timestamptz NOT NULL,
    retry boolean NOT NULL DEFAULT false,
    PRIMARY KEY (follower, position)
);
CREATE INDEX IF NOT EXISTS parked_events_aggregate_idx ON parked_events (follower, originator_id);

-- Views: which generation of each answers, and what the newest generation has read.
CREATE TABLE IF NOT EXISTS view_generations (
    view text NOT NULL,
    generation integer NOT NULL,
    fingerprint text NOT NULL,
    position bigint NOT NULL DEFAULT 0,
    answering boolean NOT NULL DEFAULT false,
    PRIMARY KEY (view, generation)
);

-- The keys of persons, wrapped. The wrapping key lies outside PostgreSQL and its backups.
CREATE TABLE IF NOT EXISTS person_keys (
    key_id uuid PRIMARY KEY,
    person uuid NOT NULL UNIQUE,
    wrapping integer NOT NULL,
    wrapped bytea NOT NULL
);

-- The hash tree over the log: leaves, and every eighth level above them (docs/decisions/proof.md).
CREATE TABLE IF NOT EXISTS proof_nodes (
    level smallint NOT NULL,
    index bigint NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (level, index)
);

-- What the service signed of it, and the lines by which witnesses countersigned that.
CREATE TABLE IF NOT EXISTS proof_checkpoints (
    size bigint PRIMARY KEY,
    note text NOT NULL,
    signed_at timestamptz NOT NULL
);
CREATE TABLE IF NOT EXISTS proof_cosignatures (
    witness text NOT NULL,
    size bigint NOT NULL REFERENCES proof_checkpoints,
    line text NOT NULL,
    PRIMARY KEY (witness, size)
);

-- Heads that a time-stamp authority outside has stamped (RFC 3161): its response, byte by byte.
CREATE TABLE IF NOT EXISTS proof_stamps (
    size bigint PRIMARY KEY REFERENCES proof_checkpoints,
    response bytea NOT NULL,
    stamped_at timestamptz NOT NULL
);

CREATE SCHEMA IF NOT EXISTS views;

CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'Events are never changed or deleted.' USING ERRCODE = 'insufficient_privilege'; END $$;

CREATE OR REPLACE TRIGGER stored_events_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON stored_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER stored_snapshots_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON stored_snapshots
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER proof_nodes_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON proof_nodes
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER proof_checkpoints_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON proof_checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER proof_stamps_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON proof_stamps
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER proof_cosignatures_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON proof_cosignatures
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT USAGE ON SCHEMA public TO {login};
GRANT SELECT, INSERT ON stored_events, stored_snapshots, command_keys TO {login};
GRANT SELECT, INSERT ON proof_nodes, proof_checkpoints, proof_cosignatures, proof_stamps TO {login};
GRANT SELECT, INSERT, UPDATE ON notification_tracking, checkpoints TO {login};
GRANT SELECT, INSERT, UPDATE, DELETE ON
    due_moments, reservations, taken_periods, parked_events, view_generations, person_keys TO {login};
GRANT USAGE, CREATE ON SCHEMA views TO {login};
