-- Which teams a responder was ever asked to sit on, kept by the reaction that takes those off who are given no work any
-- more, in the order of the log.

CREATE TABLE IF NOT EXISTS teams_asked_for (
    responder uuid NOT NULL,
    team uuid NOT NULL,
    PRIMARY KEY (responder, team)
);

GRANT SELECT, INSERT ON teams_asked_for TO {login};

-- Each message that asks somebody for a seat: one row for a seat, a rung, a person and a channel. It is written down before
-- it goes out, so that what a crash left unknown goes out once more, and never a third time. `rung` is the proposal by which
-- the rung was reached, or by which a person asked.

CREATE TABLE IF NOT EXISTS seat_messages (
    team uuid NOT NULL,
    seat text NOT NULL,
    rung uuid NOT NULL,
    responder uuid NOT NULL,
    channel text NOT NULL,
    tries smallint NOT NULL CHECK (tries BETWEEN 1 AND 2),
    outcome text NOT NULL CHECK (outcome IN ('unknown', 'taken', 'refused')),
    last_at timestamptz NOT NULL,
    PRIMARY KEY (team, seat, rung, responder, channel)
);
CREATE INDEX IF NOT EXISTS seat_messages_of_a_person_idx ON seat_messages (responder, last_at);
CREATE INDEX IF NOT EXISTS seat_messages_by_channel_idx ON seat_messages (channel, last_at);

GRANT SELECT, INSERT, UPDATE ON seat_messages TO {login};

-- Each page of a drill: one row for a channel, written down before it goes out. Apart from the messages of cases, whose
-- brake must not count it.

CREATE TABLE IF NOT EXISTS drill_messages (
    page uuid NOT NULL,
    channel text NOT NULL,
    tries smallint NOT NULL CHECK (tries BETWEEN 1 AND 2),
    outcome text NOT NULL CHECK (outcome IN ('unknown', 'taken', 'refused')),
    last_at timestamptz NOT NULL,
    PRIMARY KEY (page, channel)
);

GRANT SELECT, INSERT, UPDATE ON drill_messages TO {login};
