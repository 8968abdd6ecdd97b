package prorata

import (
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"math"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/prorata/prorata/clients/go/proratav1"
)

// Of a batch in columns.
const (
	maxRows    = 50_000
	maxBytes   = 4_000_000
	batchBytes = 1_000 // more than a message takes around its rows and entries
	rowBytes   = 48
	entryBytes = 8 // more than an entry of a dictionary takes around its text
)

// EventNamespace is the namespace of event ids that are made of other texts than UUIDs, as in every language's client.
var EventNamespace = uuid.MustParse("6f0a3c58-2f4d-5b7e-9c1a-8d2e4b60f317")

// Usage is one record of usage, its numbers exact integers.
type Usage struct {
	// EventID is unique per account and period: sent again with the same content, a record counts once. A UUID, or any
	// other text.
	EventID string
	// AccountSID is the account that used.
	AccountSID string
	// ProductID is what was used.
	ProductID string
	// QuantityMicros is how much, in millionths of the product's unit: not negative, below 10¹⁸. See [RatToMicros].
	QuantityMicros int64
	// OccurTime is the moment it occurred, kept to the microsecond. It must not be restamped when sent again.
	OccurTime time.Time
	// AmountNanos is its amount, if it was rated upstream, in 10⁻⁹ of the store's currency: not negative, below 10¹⁸.
	// See [RatToNanos]. Nil: the server prices it.
	AmountNanos *int64
}

// EventID returns the UUID that a text writes; of any other text the UUIDv5 in [EventNamespace], the same in every
// language's client. An empty text is an error.
func EventID(text string) (uuid.UUID, error) {
	if text == "" {
		return uuid.Nil, errors.New("an event id is required")
	}
	if id, err := uuid.Parse(text); err == nil && len(text) == 36 {
		return id, nil
	}
	return uuid.NewSHA1(EventNamespace, []byte(text)), nil
}

// Record returns the record for RecordUsage. An amount needs its currency (ISO 4217) there.
func (u Usage) Record(currencyCode string) (*proratav1.UsageRecord, error) {
	eventID, err := EventID(u.EventID)
	if err != nil {
		return nil, fmt.Errorf("EventID: %w", err)
	}
	record := &proratav1.UsageRecord{
		EventId:        eventID.String(),
		AccountSid:     u.AccountSID,
		ProductId:      u.ProductID,
		QuantityMicros: u.QuantityMicros,
		OccurTime:      timestamppb.New(u.OccurTime.Truncate(time.Microsecond)),
	}
	if u.AmountNanos != nil {
		if currencyCode == "" {
			return nil, errors.New("AmountNanos: in a row it needs its currency code")
		}
		if record.Amount, err = RatToMoney(NanosToRat(*u.AmountNanos), currencyCode); err != nil {
			return nil, err
		}
	}
	return record, nil
}

// UsageBatch gathers rows into the columns of one batch. The zero value is empty and ready.
type UsageBatch struct {
	columns  proratav1.UsageColumns
	accounts map[string]uint32
	products map[string]uint32
	rows     int
	bytes    int
}

// Len returns how many rows it has.
func (b *UsageBatch) Len() int { return b.rows }

// Add takes a row; false when the batch is full, as a message holds 50,000 rows and 4 MB. What a column can not have is
// an error that names the field; all else is told by the server, row by row.
func (b *UsageBatch) Add(row Usage) (bool, error) {
	eventID, err := EventID(row.EventID)
	if err != nil {
		return false, fmt.Errorf("EventID: %w", err)
	}
	amount := int64(math.MinInt64) // unrated
	if row.AmountNanos != nil {
		if amount = *row.AmountNanos; amount < 0 {
			return false, errors.New("AmountNanos: it is negative")
		}
	}
	bytes := rowBytes + sizeOf(b.accounts, row.AccountSID) + sizeOf(b.products, row.ProductID)
	if b.rows == maxRows || (b.rows > 0 && batchBytes+b.bytes+bytes > maxBytes) {
		return false, nil
	}
	b.rows++
	b.bytes += bytes
	little := binary.LittleEndian
	account := indexOf(&b.accounts, &b.columns.AccountSids, row.AccountSID)
	product := indexOf(&b.products, &b.columns.ProductIds, row.ProductID)
	b.columns.EventIds = append(b.columns.EventIds, eventID[:]...)
	b.columns.AccountIndexes = little.AppendUint32(b.columns.AccountIndexes, account)
	b.columns.ProductIndexes = little.AppendUint32(b.columns.ProductIndexes, product)
	b.columns.OccurTimesMicros = little.AppendUint64(b.columns.OccurTimesMicros, uint64(row.OccurTime.UnixMicro()))
	b.columns.QuantitiesMicros = little.AppendUint64(b.columns.QuantitiesMicros, uint64(row.QuantityMicros))
	b.columns.AmountsNanos = little.AppendUint64(b.columns.AmountsNanos, uint64(amount))
	return true, nil
}

// Columns returns the rows as a message, which is part of the batch.
func (b *UsageBatch) Columns() *proratav1.UsageColumns { return &b.columns }

func sizeOf(entries map[string]uint32, entry string) int {
	if _, known := entries[entry]; known {
		return 0
	}
	return len(entry) + entryBytes
}

func indexOf(entries *map[string]uint32, list *[]string, entry string) uint32 {
	index, known := (*entries)[entry]
	if !known {
		if *entries == nil {
			*entries = map[string]uint32{}
		}
		index = uint32(len(*list))
		(*entries)[entry] = index
		*list = append(*list, entry)
	}
	return index
}

// batchesOf yields the batches of rows, in order; an error, which names the row, is the last.
func batchesOf(rows iter.Seq[Usage], batchRows int) iter.Seq2[*UsageBatch, error] {
	return func(yield func(*UsageBatch, error) bool) {
		batch, index := &UsageBatch{}, 0
		for row := range rows {
			added := false
			var err error
			if batch.Len() < batchRows {
				added, err = batch.Add(row)
			}
			if !added && err == nil {
				if !yield(batch, nil) {
					return
				}
				batch = &UsageBatch{}
				_, err = batch.Add(row)
			}
			if err != nil {
				yield(nil, fmt.Errorf("rows[%d]: %w", index, err))
				return
			}
			index++
		}
		if batch.Len() > 0 {
			yield(batch, nil)
		}
	}
}
