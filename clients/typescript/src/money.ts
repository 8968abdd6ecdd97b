/** Amounts and prices: messages of the contract and exact decimals, in pairs. */

import { create } from "@bufbuild/protobuf";
import { Decimal, type DecimalInput, decimalToScaled, scaledToDecimal } from "./decimal.js";
import { type Decimal as DecimalNumber, DecimalSchema } from "./prorata/google/type/decimal_pb.js";
import { type Money, MoneySchema } from "./prorata/google/type/money_pb.js";

export const NANO_PLACES = 9;
const NANOS = 10n ** 9n;
const UNITS_LIMIT = 2n ** 63n;

/** The amount, without its currency; a message that is not set is zero. */
export function moneyToDecimal(money: Money | undefined): Decimal {
  return money === undefined ? new Decimal("0") : nanosToDecimal(money.units * NANOS + BigInt(money.nanos));
}

/** The amount in a currency (ISO 4217); throws RangeError for more than 9 decimal places, or 2⁶³ units and more. */
export function decimalToMoney(amount: DecimalInput, currencyCode: string): Money {
  return nanosToMoney(decimalToNanos(amount), currencyCode);
}

/** The amount that so many 10⁻⁹ are, in a currency (ISO 4217); throws RangeError for 2⁶³ units and more. */
export function nanosToMoney(amountNanos: bigint, currencyCode: string): Money {
  const units = amountNanos / NANOS;
  if (units >= UNITS_LIMIT || units <= -UNITS_LIMIT) {
    throw new RangeError(`an amount is below 2^63: ${units}`);
  }
  return create(MoneySchema, { currencyCode, units, nanos: Number(amountNanos % NANOS) });
}

/** The amount in 10⁻⁹ of the currency; throws RangeError for more than 9 decimal places. */
export function decimalToNanos(amount: DecimalInput): bigint {
  return decimalToScaled(amount, NANO_PLACES);
}

/** The amount that so many 10⁻⁹ of the currency are. */
export function nanosToDecimal(amountNanos: bigint): Decimal {
  return scaledToDecimal(amountNanos, NANO_PLACES);
}

/** The number a `google.type.Decimal` writes; zero when it is not set. */
export function numberToDecimal(number: DecimalNumber | undefined): Decimal {
  return new Decimal(number?.value || "0");
}

/** The number as a `google.type.Decimal`, such as a unit price; throws RangeError for what is no decimal. */
export function decimalToNumber(value: DecimalInput): DecimalNumber {
  decimalToScaled(value, 60);
  return create(DecimalSchema, { value: typeof value === "object" ? value.toFixed() : value.toString() });
}
