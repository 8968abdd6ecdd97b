-- migrate:up

-- Flex instances (7.1): one per account, for as long as the account exists.
CREATE TABLE flex_instance (
    family_key      integer NOT NULL,
    account_key     integer NOT NULL,
    start_day       date NOT NULL,
    with_account    boolean NOT NULL,
    record_time     timestamptz NOT NULL,
    record_cutoff   integer NOT NULL,
    CONSTRAINT flex_instance_key PRIMARY KEY (family_key, account_key)
);
COMMENT ON COLUMN flex_instance.with_account IS 'whether the account was created with it (7.4)';

-- The pricing model of an instance from a day on, until the next row of the instance (7.7).
CREATE TABLE flex_model (
    family_key          integer NOT NULL,
    account_key         integer NOT NULL,
    start_day           date NOT NULL,
    model               smallint NOT NULL CONSTRAINT flex_model_known CHECK (model BETWEEN 1 AND 3),
    record_time         timestamptz NOT NULL,
    record_cutoff       integer NOT NULL,
    supersede_time      timestamptz,
    supersede_cutoff    integer,
    CONSTRAINT flex_model_instance FOREIGN KEY (family_key, account_key) REFERENCES flex_instance
);
CREATE UNIQUE INDEX flex_model_current ON flex_model (family_key, account_key, start_day)
    WHERE supersede_cutoff IS NULL;
CREATE INDEX flex_model_by_instance ON flex_model (family_key, account_key, start_day);

-- What happened in Flex instances (7.7, 4.1). The first recorded of an event id stays; to void it adds to the row. Kinds: 1 login,
-- 2 session started, 3 session ended, 4 user provisioned, 5 user removed. changes_from is the earliest of the periods
-- closed by then to which the event makes a difference, void_changes_from that to which its voiding does.
CREATE TABLE flex_activity (
    occur_time          timestamptz NOT NULL,
    record_time         timestamptz NOT NULL,
    void_time           timestamptz,
    family_key          integer NOT NULL,
    account_key         integer NOT NULL,
    period              date NOT NULL,
    record_cutoff       integer NOT NULL,
    void_cutoff         integer,
    changes_from        date,
    void_changes_from   date,
    event_id            uuid NOT NULL,
    kind                smallint NOT NULL CONSTRAINT flex_activity_kind CHECK (kind BETWEEN 1 AND 5),
    user_id             text COLLATE "C" NOT NULL,
    session_id          text COLLATE "C" NOT NULL,
    CONSTRAINT flex_activity_key PRIMARY KEY (family_key, account_key, period, event_id),
    CONSTRAINT flex_activity_session CHECK ((kind IN (2, 3)) = (session_id <> ''))
);
CREATE INDEX flex_activity_by_moment ON flex_activity (family_key, occur_time) WHERE kind IN (2, 3);
CREATE INDEX flex_activity_by_session ON flex_activity (family_key, session_id, user_id) WHERE kind IN (2, 3);
CREATE INDEX flex_activity_by_provision ON flex_activity (family_key, occur_time) WHERE kind IN (4, 5);
CREATE INDEX flex_activity_late ON flex_activity (record_cutoff, family_key) WHERE changes_from IS NOT NULL;
CREATE INDEX flex_activity_voided_late ON flex_activity (void_cutoff, family_key) WHERE void_changes_from IS NOT NULL;

-- The price of a pricing model from a month on, until the next row of the model (7.2, 7.3).
CREATE TABLE flex_price (
    price_key           integer GENERATED ALWAYS AS IDENTITY CONSTRAINT flex_price_key PRIMARY KEY,
    model               smallint NOT NULL CONSTRAINT flex_price_model CHECK (model BETWEEN 1 AND 3),
    start_month         date NOT NULL CONSTRAINT flex_price_month CHECK (extract(day FROM start_month) = 1),
    unit_price          numeric(28, 9) NOT NULL CONSTRAINT flex_price_unit_price CHECK (unit_price >= 0),
    record_time         timestamptz NOT NULL,
    record_cutoff       integer NOT NULL,
    supersede_time      timestamptz,
    supersede_cutoff    integer
);
CREATE UNIQUE INDEX flex_price_current ON flex_price (model, start_month) WHERE supersede_cutoff IS NULL;

-- How much of a product a user or an hour includes.
CREATE TABLE flex_quota (
    price_key           integer NOT NULL CONSTRAINT flex_quota_price REFERENCES flex_price,
    product_key         integer NOT NULL CONSTRAINT flex_quota_product REFERENCES product,
    quantity_micros     bigint NOT NULL CONSTRAINT flex_quota_quantity CHECK (quantity_micros >= 0),
    CONSTRAINT flex_quota_key PRIMARY KEY (price_key, product_key)
);

-- The list prices hold from the beginning (1900 stands for it), in the store's currency.
INSERT INTO flex_price (model, start_month, unit_price, record_time, record_cutoff) VALUES
    (1, '1900-01-01', 35, '-infinity', 0),
    (2, '1900-01-01', 150, '-infinity', 0),
    (3, '1900-01-01', 1, '-infinity', 0);

-- A line of a FLEX record is its own and only part.
CREATE TABLE charge_flex_line (
    amount_minor    bigint NOT NULL,
    payer_key       integer NOT NULL,
    slice_key       integer NOT NULL,
    ordinal         integer NOT NULL,
    line_number     integer NOT NULL,
    account_key     integer NOT NULL,
    price_key       integer NOT NULL,
    model           smallint NOT NULL,
    counted         numeric NOT NULL,
    CONSTRAINT charge_flex_line_key PRIMARY KEY (slice_key, ordinal, line_number, payer_key)
);
COMMENT ON COLUMN charge_flex_line.counted IS 'users, or microseconds logged in';

-- migrate:down

DROP TABLE charge_flex_line, flex_quota, flex_price, flex_activity, flex_model, flex_instance;
