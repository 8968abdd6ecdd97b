/** Exact decimals, and the integers that count a fraction of one: 10⁻⁶ for quantities, 10⁻⁹ for amounts. */

import Big from "big.js";

/** The decimals of this client: a constructor of its own, which refuses binary floats. */
export const Decimal: Big.BigConstructor = Big();
Decimal.strict = true;

/** An exact decimal. */
export type Decimal = Big;

/** A decimal as a caller may write it: never a number, as 0.1 is none. */
export type DecimalInput = Big | string | bigint;

const DECIMAL = /^([+-]?)([0-9]{1,60})(?:\.([0-9]{1,60}))?$/;

/** How many 10⁻ᵖˡᵃᶜᵉˢ a decimal is; throws RangeError for what is no decimal, or has more places than that. */
export function decimalToScaled(value: DecimalInput, places: number): bigint {
  const [, sign, whole, fraction] = parts(value);
  const significant = (fraction ?? "").replace(/0+$/, "");
  if (significant.length > places) {
    throw new RangeError(`more than ${places} decimal places: ${value}`);
  }
  const scaled = BigInt(whole + significant.padEnd(places, "0"));
  return sign === "-" ? -scaled : scaled;
}

/** The decimal that so many 10⁻ᵖˡᵃᶜᵉˢ are; the converse of `decimalToScaled`. */
export function scaledToDecimal(scaled: bigint, places: number): Decimal {
  return new Decimal(`${scaled}e-${places}`);
}

function parts(value: DecimalInput): [string, string, string, string | undefined] {
  if (typeof value !== "string" && typeof value !== "bigint" && !isBig(value)) {
    throw new RangeError(`not an exact decimal but a ${typeof value}: give a text, a bigint or a Decimal`);
  }
  const match = DECIMAL.exec(typeof value === "object" ? value.toFixed() : value.toString());
  if (match === null) {
    throw new RangeError(`not a decimal number of at most 60 digits: ${String(value).slice(0, 80)}`);
  }
  return match as unknown as [string, string, string, string | undefined];
}

/** Whether it is a decimal, be it of another copy of the library. */
function isBig(value: unknown): value is Big {
  return typeof value === "object" && value !== null && "toFixed" in value && "c" in value && "e" in value;
}
