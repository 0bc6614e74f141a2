#include <algorithm>

#include "tools/walletctl/output.h"

namespace wallet {
namespace {

using Row = std::vector<std::string>;

bool IsNumber(const std::string& text) {
  const size_t sign = text.rfind('-', 0) == 0 ? 1 : 0;
  return text.size() > sign && text.find_first_not_of("0123456789", sign) == std::string::npos;
}

// Bytes that begin a character: what a terminal counts, near enough.
size_t Width(const std::string& text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

void AddPair(std::vector<Row>& rows, const std::string& name, const std::string& value) {
  if (!value.empty()) rows.push_back({name, value});
}

// name and value, one a line.
std::string Pairs(const std::vector<Row>& rows) {
  size_t width = 0;
  for (const Row& row : rows) width = std::max(width, Width(row[0]));
  std::string text;
  for (const Row& row : rows) {
    text += row[0] + std::string(width - Width(row[0]) + 2, ' ') + row[1] + "\n";
  }
  return text;
}

std::string OrDash(const std::string& text) { return text.empty() ? "-" : text; }

std::string StatusText(const client::Transaction& transaction) {
  const bool plain = transaction.substatus.empty() || transaction.substatus == transaction.status;
  return plain ? transaction.status : transaction.status + " (" + transaction.substatus + ")";
}

std::vector<Row> TransactionRows(const client::Transaction& transaction) {
  std::vector<Row> rows;
  AddPair(rows, "transaction", std::to_string(transaction.id));
  AddPair(rows, "user", std::to_string(transaction.user_id));
  AddPair(rows, "type", transaction.type);
  AddPair(rows, "amount",
          std::to_string(transaction.amount) + " " + transaction.currency + " minor units");
  AddPair(rows, "status", StatusText(transaction));
  AddPair(rows, "key", transaction.idempotency_key);
  AddPair(rows, "reference", transaction.reference);
  AddPair(rows, "destination", transaction.destination.value_or(""));
  AddPair(rows, "description", transaction.description.value_or(""));
  AddPair(rows, "created", FormatRfc3339(transaction.created_at));
  AddPair(rows, "updated", FormatRfc3339(transaction.updated_at));
  if (transaction.release_at) AddPair(rows, "release", FormatRfc3339(*transaction.release_at));
  AddPair(rows, "failure", transaction.failure_code);
  AddPair(rows, "why", transaction.failure_message);
  return rows;
}

std::string BalanceTable(const client::Balance& balance) {
  return Table(
      {{"currency", "total", "withdrawable", "unreleased", "held"},
       {balance.currency, std::to_string(balance.total), std::to_string(balance.withdrawable),
        std::to_string(balance.unreleased), std::to_string(balance.held)}});
}

std::string Age(int64_t seconds) {
  if (seconds < 120) return std::to_string(seconds) + " s";
  if (seconds < 7'200) return std::to_string(seconds / 60) + " min";
  if (seconds < 172'800) return std::to_string(seconds / 3'600) + " h";
  return std::to_string(seconds / 86'400) + " d";
}

}  // namespace

std::string Table(const std::vector<Row>& rows) {
  std::vector<size_t> widths;
  std::vector<bool> right;
  for (size_t column = 0; column < rows.front().size(); ++column) {
    widths.push_back(0);
    right.push_back(rows.size() > 1);
    for (size_t row = 0; row < rows.size(); ++row) {
      widths[column] = std::max(widths[column], Width(rows[row][column]));
      if (row > 0 && !IsNumber(rows[row][column])) right[column] = false;
    }
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (size_t column = 0; column < row.size(); ++column) {
      const std::string pad(widths[column] - Width(row[column]), ' ');
      line += (column > 0 ? "  " : "") + (right[column] ? pad + row[column] : row[column] + pad);
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string TextOf(const client::WriteAnswer& answer) {
  std::string text;
  if (answer.replayed)
    text += "already done by an earlier try of this call; nothing was done twice\n";
  if (answer.transaction) text += Pairs(TransactionRows(*answer.transaction));
  if (answer.balance) text += "\n" + BalanceTable(*answer.balance);
  return text;
}

std::string TextOf(const client::BalanceAnswer& answer) {
  std::string text = BalanceTable(answer.balance);
  if (answer.at) text += "\nat " + FormatRfc3339(*answer.at) + "\n";
  if (answer.schedule.empty()) return text;
  std::vector<Row> rows = {{"release", "amount"}};
  for (const client::Release& each : answer.schedule) {
    rows.push_back({FormatRfc3339(each.release_at), std::to_string(each.amount)});
  }
  return text + "\n" + Table(rows);
}

std::string TextOf(const client::TransactionAnswer& answer) {
  return Pairs(TransactionRows(*answer.transaction));
}

std::string TextOf(const client::PageAnswer& answer) {
  std::vector<Row> rows = {
      {"id", "created", "type", "amount", "currency", "status", "release", "key"}};
  for (const client::Transaction& each : answer.transactions) {
    rows.push_back({std::to_string(each.id), FormatRfc3339(each.created_at), each.type,
                    std::to_string(each.amount), each.currency, StatusText(each),
                    each.release_at ? FormatRfc3339(*each.release_at) : "-", each.idempotency_key});
  }
  return Table(rows) + "\n" + std::to_string(answer.transactions.size()) + " of " +
         std::to_string(answer.total) + " transactions" +
         (answer.next ? "; next " + std::to_string(*answer.next) : "") + "\n";
}

std::string WithdrawalsText(const client::PageAnswer& answer, Instant now) {
  std::vector<Row> rows = {
      {"user", "id", "amount", "currency", "substatus", "age", "destination", "reference"}};
  for (const client::Transaction& each : answer.transactions) {
    const int64_t age_us = now.value() - each.created_at.value();
    rows.push_back({std::to_string(each.user_id), std::to_string(each.id),
                    std::to_string(-each.amount), each.currency, each.substatus,
                    Age(std::max<int64_t>(0, age_us / kMicrosPerSecond)),
                    OrDash(each.destination.value_or("")), each.reference});
  }
  return Table(rows) + "\n" + std::to_string(answer.transactions.size()) + " of " +
         std::to_string(answer.total) + " pending withdrawals, oldest first\n";
}

std::string ChangesText(const client::ChangesAnswer& answer, bool heading) {
  std::vector<Row> rows = {
      {"position", "updated", "user", "id", "type", "amount", "currency", "status", "key"}};
  for (const client::Change& each : answer.changes) {
    const client::Transaction& transaction = each.transaction;
    rows.push_back({each.position, FormatRfc3339(transaction.updated_at),
                    std::to_string(transaction.user_id), std::to_string(transaction.id),
                    transaction.type, std::to_string(transaction.amount), transaction.currency,
                    StatusText(transaction), transaction.idempotency_key});
  }
  const std::string table = Table(rows);
  return heading ? table : table.substr(table.find('\n') + 1);
}

std::string TextOf(const client::HealthAnswer& answer) {
  std::vector<Row> rows;
  AddPair(rows, "status", answer.status);
  AddPair(rows, "version", answer.version);
  AddPair(rows, "epoch", answer.epoch);
  AddPair(rows, "bank",
          answer.bank == "sim" ? "sim (SIMULATED: no real money moves)" : answer.bank);
  if (answer.bank_paused) AddPair(rows, "", "PAUSED after a restore: start with --resume-bank");
  AddPair(rows, "bank queue",
          std::to_string(answer.queue_length) + " waiting, " +
              std::to_string(answer.queue_capacity) + " places");
  for (const auto& [substatus, count] : answer.by_substatus) {
    AddPair(rows, substatus, std::to_string(count));
  }
  AddPair(rows, "position", answer.position);
  AddPair(rows, "uptime", Age(answer.uptime_s));
  if (answer.rate_limited > 0) {
    AddPair(rows, "rate limited", std::to_string(answer.rate_limited) + " operations");
  }
  return Pairs(rows);
}

}  // namespace wallet
