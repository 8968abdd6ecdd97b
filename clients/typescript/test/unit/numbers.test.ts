import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import {
  Decimal,
  dateToDay,
  dayToDate,
  decimalToMoney,
  decimalToNumber,
  moneyToDecimal,
  nanosToDecimal,
  numberToDecimal,
} from "@prorata/client";
import { DateSchema, DecimalSchema, MoneySchema } from "@prorata/client/v1";

for (const [text, units, nanos] of [
  ["0", 0n, 0],
  ["1520.5", 1520n, 500_000_000],
  ["-0.000000001", 0n, -1],
  ["-41.67", -41n, -670_000_000],
  ["9007199254740993.123456789", 9007199254740993n, 123_456_789], // 2⁵³ + 1 and nanos: no number holds it
  ["-9223372036854775807.999999999", -9223372036854775807n, -999_999_999],
] as const) {
  test(`${text} becomes units and nanos of one sign, and comes back the same (1.1)`, () => {
    const money = decimalToMoney(text, "USD");
    assert.deepEqual(money, create(MoneySchema, { currencyCode: "USD", units, nanos }));
    assert.equal(moneyToDecimal(money).toFixed(), text);
  });
}

test("amounts are added exactly", () => {
  const sum = moneyToDecimal(decimalToMoney("0.1", "USD")).plus(moneyToDecimal(decimalToMoney("0.2", "USD")));
  assert.equal(sum.toFixed(), "0.3");
  assert.equal(
    nanosToDecimal(2n ** 63n)
      .plus("1")
      .toFixed(),
    "9223372037.854775808",
  );
});

test("an amount that is not set is zero", () => {
  assert.equal(moneyToDecimal(undefined).toFixed(), "0");
});

for (const [value, message] of [
  [0.1, /not an exact decimal but a number/],
  ["0.0000000001", /more than 9 decimal places/],
  ["1e3", /not a decimal number/],
  ["", /not a decimal number/],
  ["NaN", /not a decimal number/],
  ["9223372036854775808", /below 2\^63/],
] as const) {
  test(`${typeof value} ${JSON.stringify(value)} is no amount`, () => {
    assert.throws(() => decimalToMoney(value as string, "USD"), { name: "RangeError", message });
  });
}

test("the decimals refuse numbers", () => {
  assert.throws(() => new Decimal(0.1));
  assert.throws(() => new Decimal(2n ** 53n + 1n).toNumber());
});

test("prices go as they are written", () => {
  assert.equal(decimalToNumber("0.0079").value, "0.0079");
  assert.equal(decimalToNumber(new Decimal("0.0000000079")).value, "0.0000000079");
  assert.equal(
    numberToDecimal(create(DecimalSchema, { value: "0.0079" }))
      .times("3")
      .toFixed(),
    "0.0237",
  );
  assert.equal(numberToDecimal(undefined).toFixed(), "0");
  assert.throws(() => decimalToNumber("four"), RangeError);
});

test("days go there and back", () => {
  assert.deepEqual(dayToDate("2028-02-29"), create(DateSchema, { year: 2028, month: 2, day: 29 }));
  assert.equal(dateToDay(dayToDate("0999-01-02")), "0999-01-02");
  assert.equal(dateToDay(undefined), undefined);
});

for (const day of ["2026-02-29", "2026-6-1", "2026-13-01", "2026-06-15T00:00", "today"]) {
  test(`${day} is no day`, () => {
    assert.throws(() => dayToDate(day), { name: "RangeError", message: /no day as YYYY-MM-DD/ });
  });
}

test("a message that names a month only is no day", () => {
  assert.throws(() => dateToDay(create(DateSchema, { year: 2026, month: 6 })), RangeError);
});
