-- Distributes the tables of a new store, which has its schema and no rows, over the workers of a Citus cluster:
--   psql --set ON_ERROR_STOP=1 --single-transaction --file deploy/citus/distribute.sql "$PRORATA_DATABASE_URL"
-- What is not named stays on the coordinator, see the end. Not run on Citus yet: README.md.

-- Foreign keys are made again below: Citus takes the tables that refer to a reference table into its metadata by
-- itself, and does then not distribute those with an identity column.
ALTER TABLE contract_membership DROP CONSTRAINT contract_membership_contract;
ALTER TABLE contract_payer DROP CONSTRAINT contract_payer_contract;
ALTER TABLE flex_model DROP CONSTRAINT flex_model_instance;
ALTER TABLE flex_quota DROP CONSTRAINT flex_quota_price, DROP CONSTRAINT flex_quota_product;
ALTER TABLE plan_text DROP CONSTRAINT plan_text_plan;
ALTER TABLE plan_version DROP CONSTRAINT plan_version_plan;
ALTER TABLE price DROP CONSTRAINT price_product, DROP CONSTRAINT price_contract;
ALTER TABLE product_terms DROP CONSTRAINT product_terms_product;
ALTER TABLE support_case DROP CONSTRAINT support_case_product;
ALTER TABLE support_credit DROP CONSTRAINT support_credit_plan;

-- On every node: the catalogue, prices, contracts (of which there are few), and the keys of accounts.
SELECT create_reference_table('account_sid');
SELECT create_reference_table('contract');
SELECT create_reference_table('contract_payer');
SELECT create_reference_table('flex_price');
SELECT create_reference_table('flex_quota');
SELECT create_reference_table('plan');
SELECT create_reference_table('plan_text');
SELECT create_reference_table('plan_version');
SELECT create_reference_table('price');
SELECT create_reference_table('product');
SELECT create_reference_table('product_terms');

-- By family: a top-level account with its subaccounts.
SELECT create_distributed_table('account', 'family_key');
SELECT create_distributed_table('account_life', 'family_key', colocate_with => 'account');
SELECT create_distributed_table('contract_membership', 'family_key', colocate_with => 'account');
SELECT create_distributed_table('flex_activity', 'family_key', colocate_with => 'account');
SELECT create_distributed_table('flex_instance', 'family_key', colocate_with => 'account');
SELECT create_distributed_table('flex_model', 'family_key', colocate_with => 'account');
SELECT create_distributed_table('inquiry', 'family_key', colocate_with => 'account');
SELECT create_distributed_table('late_activity', 'family_key', colocate_with => 'account');
SELECT create_distributed_table('support_case', 'family_key', colocate_with => 'account');
SELECT create_distributed_table('usage_correction', 'family_key', colocate_with => 'account');
SELECT create_distributed_table('usage_event', 'family_key', colocate_with => 'account');
SELECT create_distributed_table('usage_rollup', 'family_key', colocate_with => 'account');

-- By owner and by payer, which are the key of a family or of a contract: those of a family lie with it.
SELECT create_distributed_table('plan_held', 'owner_key', colocate_with => 'account');
SELECT create_distributed_table('support_credit', 'owner_key', colocate_with => 'account');
SELECT create_distributed_table('charge_adjustment_line', 'payer_key', colocate_with => 'account');
SELECT create_distributed_table('charge_adjustment_part', 'payer_key', colocate_with => 'account');
SELECT create_distributed_table('charge_credit_line', 'payer_key', colocate_with => 'account');
SELECT create_distributed_table('charge_flex_line', 'payer_key', colocate_with => 'account');
SELECT create_distributed_table('charge_record', 'payer_key', colocate_with => 'account');
SELECT create_distributed_table('charge_support_line', 'payer_key', colocate_with => 'account');
SELECT create_distributed_table('charge_support_part', 'payer_key', colocate_with => 'account');
SELECT create_distributed_table('charge_usage_line', 'payer_key', colocate_with => 'account');
SELECT create_distributed_table('rehearsal_record', 'payer_key', colocate_with => 'account');
SELECT create_distributed_table('support_credit_amount', 'payer_key', colocate_with => 'account');

ALTER TABLE contract_membership ADD CONSTRAINT contract_membership_contract
    FOREIGN KEY (contract_key) REFERENCES contract;
ALTER TABLE contract_payer ADD CONSTRAINT contract_payer_contract FOREIGN KEY (contract_key) REFERENCES contract;
ALTER TABLE flex_model ADD CONSTRAINT flex_model_instance
    FOREIGN KEY (family_key, account_key) REFERENCES flex_instance;
ALTER TABLE flex_quota ADD CONSTRAINT flex_quota_price FOREIGN KEY (price_key) REFERENCES flex_price;
ALTER TABLE flex_quota ADD CONSTRAINT flex_quota_product FOREIGN KEY (product_key) REFERENCES product;
ALTER TABLE plan_text ADD CONSTRAINT plan_text_plan FOREIGN KEY (plan_id) REFERENCES plan;
ALTER TABLE plan_version ADD CONSTRAINT plan_version_plan FOREIGN KEY (plan_id) REFERENCES plan;
ALTER TABLE price ADD CONSTRAINT price_contract FOREIGN KEY (contract_key) REFERENCES contract NOT VALID;
ALTER TABLE price ADD CONSTRAINT price_product FOREIGN KEY (product_key) REFERENCES product;
ALTER TABLE product_terms ADD CONSTRAINT product_terms_product FOREIGN KEY (product_key) REFERENCES product;
ALTER TABLE support_case ADD CONSTRAINT support_case_product FOREIGN KEY (product_key) REFERENCES product;
ALTER TABLE support_credit ADD CONSTRAINT support_credit_plan FOREIGN KEY (plan_id) REFERENCES plan;

-- On the coordinator, as they are written once a call, a batch or a closing:
--   audit_event: one row a change
--   charge_consumer: how far consumers of the feed have come
--   charge_feed: the one row of the feed
--   charge_slice: one row a shard of a closing, as charge_slice_total
--   charge_slice_total: see charge_slice
--   closing: one row a month
--   closing_comparison: of each closing and rehearsal
--   closing_comparison_total: see closing_comparison
--   closing_outlier: those that are shown of it
--   closing_set_apart: owners that could not be calculated
--   closing_shard: leases
--   rehearsal: as closing
--   rehearsal_set_apart: as closing_set_apart
--   rehearsal_shard: as closing_shard
--   rehearsal_total: of each shard of a rehearsal
--   request: one row a change, kept for 30 days
--   schema_migrations: dbmate's
--   store: one row
--   store_state: one row, which every write reads
--   usage_batch: one row a transaction of usage
