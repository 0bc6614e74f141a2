#include "engine/ledger/section_check.h"

namespace wallet {

SectionCheck::SectionCheck(size_t number, size_t kept) : kept_(kept), loader_(number, target_) {
  target_.ledger_of = [](UserId) { return size_t{0}; };
  target_.only_checked = true;
  Forget();
}

absl::Status SectionCheck::Add(std::string_view bytes) {
  if (loader_.between_users() && read_->users.size() + read_->open.size() >= kept_) Forget();
  return loader_.Add(bytes);
}

void SectionCheck::Forget() {
  read_ = std::make_unique<LedgerState>();
  target_.ledgers = {read_.get()};
}

}  // namespace wallet
