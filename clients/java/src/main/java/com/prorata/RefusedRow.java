package com.prorata;

import com.prorata.v1.RefusedUsage;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A row that was not accepted, and why.
 *
 * @param index its position among all rows given, from 0
 * @param eventId its event id
 * @param reason why: the stable reason, such as "PRODUCT_NOT_FOUND"
 * @param field the field of {@link Usage} at fault; empty when there is no single one
 * @param message why, and what to do, in words
 */
public record RefusedRow(long index, String eventId, String reason, String field, String message) {
  private static final Pattern COLUMN = Pattern.compile("columns\\.([a-z_]+).*");
  private static final Map<String, String> FIELDS =
      Map.of(
          "event_ids", "eventId",
          "account_indexes", "accountSid",
          "product_indexes", "productId",
          "quantities_micros", "quantity",
          "occur_times_micros", "occurTime",
          "amounts_nanos", "amount");

  static RefusedRow of(RefusedUsage refused, long firstIndex) {
    Matcher column = COLUMN.matcher(refused.getField());
    return new RefusedRow(
        firstIndex + refused.getIndex(),
        refused.getEventId(),
        Reasons.name(refused.getReason()),
        column.matches() ? FIELDS.getOrDefault(column.group(1), "") : "",
        refused.getMessage());
  }
}
