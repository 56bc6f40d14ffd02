-- Sessions that nothing has ended: found by the keyed digest of the secret that whoever signed in was given. A row comes
-- and goes with the session's events; when it was last used is no event, and is written at most once a minute.

CREATE TABLE IF NOT EXISTS sessions (
    secret bytea PRIMARY KEY,
    session uuid NOT NULL UNIQUE,
    account uuid NOT NULL,
    ends_at timestamptz NOT NULL,
    used_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS sessions_account_idx ON sessions (account);

-- What an account holds is looked for at every token.
CREATE INDEX IF NOT EXISTS reservations_holder_idx ON reservations (holder, kind);

GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO {login};

-- Which accounts an agency has, kept by the reaction that asks about them, in the order of the log.

CREATE TABLE IF NOT EXISTS agency_accounts (
    account uuid PRIMARY KEY,
    agency text NOT NULL
);
CREATE INDEX IF NOT EXISTS agency_accounts_agency_idx ON agency_accounts (agency);

GRANT SELECT, INSERT ON agency_accounts TO {login};
