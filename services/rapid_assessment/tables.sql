-- Which teams a responder was ever asked to sit on, kept by the reaction that takes those off who are given no work any
-- more, in the order of the log.

CREATE TABLE IF NOT EXISTS teams_asked_for (
    responder uuid NOT NULL,
    team uuid NOT NULL,
    PRIMARY KEY (responder, team)
);

GRANT SELECT, INSERT ON teams_asked_for TO {login};
