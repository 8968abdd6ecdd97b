package prorata_test

import (
	"math"
	"math/big"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/type/date"
	"google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/genproto/googleapis/type/money"
	"google.golang.org/protobuf/proto"

	"github.com/prorata/prorata/clients/go"
)

func rat(t *testing.T, text string) *big.Rat {
	t.Helper()
	number, err := prorata.ParseNumber(text)
	if err != nil {
		t.Fatal(err)
	}
	return number
}

func TestAmountsGoThereAndBackExactly(t *testing.T) {
	for text, want := range map[string]struct {
		units int64
		nanos int32
		shown string
	}{
		"0":                             {0, 0, "0.00 USD"},
		"12.3":                          {12, 300_000_000, "12.30 USD"},
		"-12.34":                        {-12, -340_000_000, "-12.34 USD"},
		"-0.000000001":                  {0, -1, "-0.000000001 USD"},
		"123456789.123456789":           {123_456_789, 123_456_789, "123456789.123456789 USD"},
		"9223372036854775807.999999999": {math.MaxInt64, 999_999_999, "9223372036854775807.999999999 USD"},
		"-9223372036854775808.5":        {math.MinInt64, -500_000_000, "-9223372036854775808.50 USD"},
	} {
		amount, err := prorata.RatToMoney(rat(t, text), "USD")
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if !proto.Equal(amount, &money.Money{CurrencyCode: "USD", Units: want.units, Nanos: want.nanos}) {
			t.Errorf("%s: %v", text, amount)
		}
		if back := prorata.MoneyToRat(amount); back.Cmp(rat(t, text)) != 0 {
			t.Errorf("%s came back as %s", text, back)
		}
		if shown := prorata.MoneyText(amount); shown != want.shown {
			t.Errorf("%s is shown as %s", text, shown)
		}
	}
	if zero := prorata.MoneyToRat(nil); zero.Sign() != 0 {
		t.Errorf("an amount that is not set is %s", zero)
	}
}

func TestWhatAMessageCanNotHoldIsAnErrorAndNothingIsRounded(t *testing.T) {
	for text, want := range map[string]string{
		"0.0000000001":        "more than 9 decimal places",
		"9223372036854775808": "does not fit",
	} {
		if _, err := prorata.RatToMoney(rat(t, text), "USD"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := prorata.RatToMoney(big.NewRat(1, 3), "USD"); err == nil {
		t.Error("⅓ is an amount")
	}
	if _, err := prorata.RatToDecimal(big.NewRat(1, 3)); err == nil {
		t.Error("⅓ is a decimal")
	}
	if _, err := prorata.RatToMicros(rat(t, "0.0000001")); err == nil {
		t.Error("a quantity has 7 decimal places")
	}
	if _, err := prorata.RatToNanos(rat(t, "9223372036.854775808")); err == nil {
		t.Error("an amount does not fit 64 bits")
	}
}

func TestQuantitiesAndRatedAmountsGoThereAndBack(t *testing.T) {
	micros, err := prorata.RatToMicros(rat(t, "999999999999.999999"))
	if err != nil || micros != 999_999_999_999_999_999 || prorata.MicrosToRat(micros).Cmp(rat(t, "999999999999.999999")) != 0 {
		t.Errorf("%d, %v", micros, err)
	}
	nanos, err := prorata.RatToNanos(rat(t, "-0.000000001"))
	if err != nil || nanos != -1 || prorata.NanosToRat(nanos).Cmp(rat(t, "-1e-9")) != 0 {
		t.Errorf("%d, %v", nanos, err)
	}
}

func TestPricesGoThereAndBack(t *testing.T) {
	for _, text := range []string{"0", "0.0079", "-12.5", "0.000000000001", "999999999"} {
		number, err := prorata.RatToDecimal(rat(t, text))
		if err != nil || number.GetValue() != text {
			t.Errorf("%s went as %v, %v", text, number, err)
		}
		back, err := prorata.DecimalToRat(number)
		if err != nil || back.Cmp(rat(t, text)) != 0 {
			t.Errorf("%s came back as %s, %v", text, back, err)
		}
	}
	if zero, err := prorata.DecimalToRat(nil); err != nil || zero.Sign() != 0 {
		t.Errorf("%s, %v", zero, err)
	}
	for _, text := range []string{"1/3", "0x10", "1_000", "Inf", " 1", "1e999999999", "1e", ".", strings.Repeat("9", 201)} {
		if number, err := prorata.DecimalToRat(&decimal.Decimal{Value: text}); err == nil {
			t.Errorf("%.20q is %s", text, number)
		}
	}
}

func TestDaysGoThereAndBack(t *testing.T) {
	zone := time.FixedZone("UTC+9", 9*3600)
	day := prorata.TimeToDate(time.Date(2028, 2, 29, 1, 0, 0, 0, zone)) // the 28th in UTC
	if !proto.Equal(day, &date.Date{Year: 2028, Month: 2, Day: 29}) {
		t.Error(day)
	}
	if moment, err := prorata.DateToTime(day); err != nil || moment != time.Date(2028, 2, 29, 0, 0, 0, 0, time.UTC) {
		t.Errorf("%s, %v", moment, err)
	}
	for _, none := range []*date.Date{nil, {}, {Year: 2026, Month: 6}, {Year: 2026, Month: 2, Day: 29}, {Year: 2026, Month: 13, Day: 1}} {
		if moment, err := prorata.DateToTime(none); err == nil {
			t.Errorf("%v is %s", none, moment)
		}
	}
}
