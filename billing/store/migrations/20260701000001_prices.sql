-- migrate:up

-- How a price is formed (4.5): 1 per unit, 2 graduated, 3 volume, 4 package. The bounds of all tiers but the last, which
-- has none. contract_key is the contract whose own price it is; null in the price book.
ALTER TABLE price
    ADD COLUMN form smallint NOT NULL DEFAULT 1,
    ADD COLUMN contract_key integer,
    ADD COLUMN tier_bounds numeric(24, 6)[],
    ADD COLUMN tier_prices numeric(21, 12)[],
    ADD COLUMN package_size numeric(24, 6),
    ADD COLUMN package_price numeric(21, 12);
-- Code from before takes a price that is not per unit for none: it sets the owner apart, and charges nothing wrong.
-- squawk-ignore ban-drop-not-null
ALTER TABLE price ALTER COLUMN unit_price DROP NOT NULL;
ALTER TABLE price
    ADD CONSTRAINT price_contract FOREIGN KEY (contract_key) REFERENCES contract NOT VALID,
    ADD CONSTRAINT price_form CHECK (
        (form = 1) = (unit_price IS NOT NULL)
        AND (form IN (2, 3)) = (tier_prices IS NOT NULL)
        AND (form IN (2, 3)) = (tier_bounds IS NOT NULL)
        AND (form = 4) = (package_size IS NOT NULL)
        AND (form = 4) = (package_price IS NOT NULL)
        AND form BETWEEN 1 AND 4) NOT VALID,
    ADD CONSTRAINT price_tiers CHECK (
        tier_prices IS NULL
        OR (cardinality(tier_prices) = cardinality(tier_bounds) + 1
            AND 0 <= ALL (tier_prices) AND 0 < ALL (tier_bounds))) NOT VALID,
    ADD CONSTRAINT price_package CHECK (package_size > 0 AND package_price >= 0) NOT VALID;

-- One price in force a product and month, in the price book and in each contract. The table is small.
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX price_current;
CREATE UNIQUE INDEX price_in_book ON price (product_key, start_month)
    WHERE supersede_cutoff IS NULL AND contract_key IS NULL;
CREATE UNIQUE INDEX price_in_contract ON price (contract_key, product_key, start_month)
    WHERE supersede_cutoff IS NULL AND contract_key IS NOT NULL;

-- What a quota of Flex includes of the unrated quantity, rounded down (7.3).
ALTER TABLE charge_usage_line ADD COLUMN included_micros numeric NOT NULL DEFAULT 0;

-- migrate:down

ALTER TABLE charge_usage_line DROP COLUMN included_micros;
DELETE FROM price WHERE contract_key IS NOT NULL OR form <> 1;
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX price_in_contract, price_in_book;
CREATE UNIQUE INDEX price_current ON price (product_key, start_month) WHERE supersede_cutoff IS NULL;
ALTER TABLE price
    DROP COLUMN form,
    DROP COLUMN contract_key,
    DROP COLUMN tier_bounds,
    DROP COLUMN tier_prices,
    DROP COLUMN package_size,
    DROP COLUMN package_price;
-- squawk-ignore adding-not-nullable-field
ALTER TABLE price ALTER COLUMN unit_price SET NOT NULL;
