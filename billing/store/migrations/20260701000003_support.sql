-- migrate:up

-- Support cases (8.1). A case sent again supersedes what was known of it. The day it was opened is in the billing zone,
-- which is fixed with the store.

CREATE TABLE support_case (
    family_key          integer NOT NULL,
    support_case_key    bigint GENERATED ALWAYS AS IDENTITY,
    account_key         integer NOT NULL,
    case_id             text COLLATE "C" NOT NULL,
    priority            smallint NOT NULL CONSTRAINT support_case_priority CHECK (priority BETWEEN 1 AND 3),
    product_key         integer CONSTRAINT support_case_product REFERENCES product,
    open_day            date NOT NULL,
    open_time           timestamptz NOT NULL,
    answer_time         timestamptz,
    record_time         timestamptz NOT NULL,
    record_cutoff       integer NOT NULL,
    supersede_time      timestamptz,
    supersede_cutoff    integer,
    CONSTRAINT support_case_key PRIMARY KEY (family_key, support_case_key),
    CONSTRAINT support_case_answer CHECK (answer_time >= open_time)
);
CREATE UNIQUE INDEX support_case_current ON support_case (family_key, account_key, case_id)
    WHERE supersede_cutoff IS NULL;
CREATE INDEX support_case_by_day ON support_case (family_key, open_day);

-- Support credits (8.3, 8.4) ---------------------------------------------------------------------------------------

-- One per owner, plan and month. What a payer is credited is fixed by the first closing that follows the claim and
-- closes that month or a later one.
CREATE TABLE support_credit (
    owner_key           integer NOT NULL,
    credit_key          bigint GENERATED ALWAYS AS IDENTITY,
    plan_id             text COLLATE "C" NOT NULL CONSTRAINT support_credit_plan REFERENCES plan,
    month               date NOT NULL CONSTRAINT support_credit_month CHECK (extract(day FROM month) = 1),
    account_key         integer NOT NULL,
    ticket              text NOT NULL,
    receive_time        timestamptz NOT NULL,
    record_time         timestamptz NOT NULL,
    record_cutoff       integer NOT NULL,
    CONSTRAINT support_credit_key PRIMARY KEY (owner_key, credit_key),
    CONSTRAINT support_credit_once UNIQUE (owner_key, plan_id, month)
);
COMMENT ON COLUMN support_credit.account_key IS 'who claimed it';
CREATE INDEX support_credit_by_month ON support_credit (month);
CREATE INDEX support_credit_by_cutoff ON support_credit (record_cutoff);

-- What a payer is credited, once it is fixed; never changed. What closings have used of it is the sum of its lines.
CREATE TABLE support_credit_amount (
    amount_minor        numeric NOT NULL CONSTRAINT support_credit_amount_positive CHECK (amount_minor > 0),
    credit_key          bigint NOT NULL,
    payer_key           integer NOT NULL,
    owner_key           integer NOT NULL,
    closing_number      integer NOT NULL,
    CONSTRAINT support_credit_amount_key PRIMARY KEY (payer_key, credit_key)
);
CREATE INDEX support_credit_amount_by_owner ON support_credit_amount (owner_key, credit_key);

-- The line of a SUPPORT_CREDIT record, with its inputs: the credit, what closings before had used of it, and what the
-- payer owed before credits (8.5, 6.7). The payer is its only part. The month is the record's period.
CREATE TABLE charge_credit_line (
    amount_minor        bigint NOT NULL CONSTRAINT charge_credit_line_negative CHECK (amount_minor < 0),
    credit_key          bigint NOT NULL,
    payer_key           integer NOT NULL,
    slice_key           integer NOT NULL,
    ordinal             integer NOT NULL,
    line_number         integer NOT NULL,
    plan_id             text COLLATE "C" NOT NULL,
    credit_minor        numeric NOT NULL,
    used_before_minor   numeric NOT NULL,
    owed_minor          numeric NOT NULL,
    CONSTRAINT charge_credit_line_key PRIMARY KEY (slice_key, ordinal, line_number, payer_key),
    CONSTRAINT charge_credit_line_within CHECK (used_before_minor - amount_minor <= credit_minor),
    CONSTRAINT charge_credit_line_owed CHECK (-amount_minor <= owed_minor)
);
CREATE INDEX charge_credit_line_by_payer ON charge_credit_line (payer_key, credit_key);

-- migrate:down

DROP TABLE charge_credit_line, support_credit_amount, support_credit, support_case;
