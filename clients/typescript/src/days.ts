/** Days: messages of the contract and texts such as "2026-06-15", which `Temporal.PlainDate` takes too, in pairs. */

import { create } from "@bufbuild/protobuf";
import { DateSchema, type Date as Day } from "./prorata/google/type/date_pb.js";

const DAY = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;

/** The day as YYYY-MM-DD; undefined when the message is not set. Throws RangeError when it names no day. */
export function dateToDay(date: Day | undefined): string | undefined {
  if (date === undefined) {
    return undefined;
  }
  const digits = (value: number, count: number) => String(value).padStart(count, "0");
  return checked(`${digits(date.year, 4)}-${digits(date.month, 2)}-${digits(date.day, 2)}`);
}

/** The message of a day written as YYYY-MM-DD; throws RangeError for anything else. */
export function dayToDate(day: string): Day {
  const [year, month, dayOfMonth] = checked(day).split("-").map(Number);
  return create(DateSchema, { year: year as number, month: month as number, day: dayOfMonth as number });
}

function checked(day: string): string {
  const midnight = new Date(`${day}T00:00:00Z`);
  if (!DAY.test(day) || Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== day) {
    throw new RangeError(`no day as YYYY-MM-DD: ${day.slice(0, 80)}`);
  }
  return day;
}
