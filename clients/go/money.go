package prorata

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/type/date"
	"google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/genproto/googleapis/type/money"
)

const (
	microPlaces = 6
	nanoPlaces  = 9
	// How long a decimal number may be: a text such as 1e999999999 would not end.
	maxNumberLength = 200
)

var decimalNumber = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?$`)

// MoneyToRat returns the amount, without its currency; a message that is not set is zero.
func MoneyToRat(amount *money.Money) *big.Rat {
	units := new(big.Rat).SetInt64(amount.GetUnits())
	return units.Add(units, big.NewRat(int64(amount.GetNanos()), 1_000_000_000))
}

// RatToMoney returns the amount in a currency (ISO 4217); an error for one with more than 9 decimal places, or of 2⁶³
// units and more. Nothing is rounded.
func RatToMoney(amount *big.Rat, currencyCode string) (*money.Money, error) {
	nanos, err := scaled(amount, nanoPlaces)
	if err != nil {
		return nil, fmt.Errorf("amount: %w", err)
	}
	units, rest := new(big.Int).QuoRem(nanos, big.NewInt(1_000_000_000), new(big.Int))
	if !units.IsInt64() {
		return nil, fmt.Errorf("amount: it does not fit: %s", units)
	}
	return &money.Money{CurrencyCode: currencyCode, Units: units.Int64(), Nanos: int32(rest.Int64())}, nil
}

// MoneyText writes the amount with all its decimal places, at least two, and its currency: "-12.34 USD".
func MoneyText(amount *money.Money) string {
	text := MoneyToRat(amount).FloatString(nanoPlaces)
	whole, places, _ := strings.Cut(text, ".")
	kept := strings.TrimRight(places, "0")
	kept += "00"[min(len(kept), 2):]
	return strings.TrimSpace(whole + "." + kept + " " + amount.GetCurrencyCode())
}

// ParseNumber returns the number that a text such as "0.0079" writes, exactly; an error for what is no decimal number.
func ParseNumber(text string) (*big.Rat, error) {
	if len(text) > maxNumberLength || !decimalNumber.MatchString(text) {
		return nil, fmt.Errorf("not a decimal number: %.40q", text)
	}
	number, _ := new(big.Rat).SetString(text)
	return number, nil
}

// DecimalToRat returns the number of a message, such as a unit price; zero when it is not set.
func DecimalToRat(number *decimal.Decimal) (*big.Rat, error) {
	if number.GetValue() == "" {
		return new(big.Rat), nil
	}
	return ParseNumber(number.GetValue())
}

// RatToDecimal returns the number as a message; an error for one that has no end as a decimal, such as ⅓.
func RatToDecimal(number *big.Rat) (*decimal.Decimal, error) {
	places, finite := number.FloatPrec()
	if !finite {
		return nil, fmt.Errorf("%s: it has no end as a decimal number", number)
	}
	return &decimal.Decimal{Value: number.FloatString(places)}, nil
}

// RatToMicros returns a quantity in millionths, as records have it; an error for one with more than 6 decimal places,
// or that does not fit.
func RatToMicros(quantity *big.Rat) (int64, error) {
	return scaled64(quantity, microPlaces)
}

// MicrosToRat returns the quantity that so many millionths are.
func MicrosToRat(quantityMicros int64) *big.Rat {
	return big.NewRat(quantityMicros, 1_000_000)
}

// RatToNanos returns an amount in 10⁻⁹ of the currency, as [Usage] has it; an error for one with more than 9 decimal
// places, or that does not fit.
func RatToNanos(amount *big.Rat) (int64, error) {
	return scaled64(amount, nanoPlaces)
}

// NanosToRat returns the amount that so many 10⁻⁹ of the currency are.
func NanosToRat(amountNanos int64) *big.Rat {
	return big.NewRat(amountNanos, 1_000_000_000)
}

// DateToTime returns the start of a day, in UTC; an error for a message that is no day.
func DateToTime(day *date.Date) (time.Time, error) {
	moment := time.Date(int(day.GetYear()), time.Month(day.GetMonth()), int(day.GetDay()), 0, 0, 0, 0, time.UTC)
	if day == nil || !sameDay(moment, day) {
		return time.Time{}, fmt.Errorf("not a day: %04d-%02d-%02d", day.GetYear(), day.GetMonth(), day.GetDay())
	}
	return moment, nil
}

// TimeToDate returns the day of a moment, in the zone that it has.
func TimeToDate(moment time.Time) *date.Date {
	year, month, day := moment.Date()
	return &date.Date{Year: int32(year), Month: int32(month), Day: int32(day)}
}

func sameDay(moment time.Time, day *date.Date) bool {
	other := TimeToDate(moment)
	return other.GetYear() == day.GetYear() && other.GetMonth() == day.GetMonth() && other.GetDay() == day.GetDay()
}

func scaled(number *big.Rat, places int) (*big.Int, error) {
	factor := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil)
	product := new(big.Rat).Mul(number, new(big.Rat).SetInt(factor))
	if !product.IsInt() {
		return nil, fmt.Errorf("%s has more than %d decimal places", number.FloatString(places+3), places)
	}
	return product.Num(), nil
}

func scaled64(number *big.Rat, places int) (int64, error) {
	product, err := scaled(number, places)
	if err != nil {
		return 0, err
	}
	if !product.IsInt64() {
		return 0, fmt.Errorf("%s does not fit", number.FloatString(places))
	}
	return product.Int64(), nil
}
