-- migrate:up

-- Requests for plans that are not self-service (3.7). A resolved inquiry stays as it was resolved.
CREATE TABLE inquiry (
    family_key          integer NOT NULL,
    inquiry_number      bigint GENERATED ALWAYS AS IDENTITY,
    inquiry_id          uuid NOT NULL,
    plan_id             text COLLATE "C" NOT NULL,
    contact_name        text NOT NULL,
    contact_email       text NOT NULL,
    contact_phone       text NOT NULL,
    contact_message     text NOT NULL,
    state               smallint NOT NULL CONSTRAINT inquiry_state CHECK (state BETWEEN 1 AND 3),
    record_time         timestamptz NOT NULL,
    record_cutoff       integer NOT NULL,
    resolve_time        timestamptz,
    resolve_cutoff      integer,
    start_day           date,
    note                text NOT NULL DEFAULT '',
    CONSTRAINT inquiry_key PRIMARY KEY (family_key, inquiry_number),
    CONSTRAINT inquiry_id UNIQUE (inquiry_id, family_key),
    CONSTRAINT inquiry_resolved CHECK ((state = 1) = (resolve_time IS NULL)),
    CONSTRAINT inquiry_activated CHECK ((state = 2) = (start_day IS NOT NULL))
);
-- One open inquiry per account (3.7).
CREATE UNIQUE INDEX inquiry_open ON inquiry (family_key) WHERE state = 1;
CREATE INDEX inquiry_by_number ON inquiry (inquiry_number);

-- migrate:down

DROP TABLE inquiry;
