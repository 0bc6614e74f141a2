#include "tests/simulation/places_probe.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace wallet::simulation {

PlacesProbe::PlacesProbe(Core& core, Network& network, Process& process,
                         std::vector<SimulatedBank*> banks, const BankWatch& watch)
    : core_(core),
      network_(network),
      process_(process),
      banks_(std::move(banks)),
      watch_(watch),
      peer_{kNumber, core.scheduler.AddActor()} {}

void PlacesProbe::Run() {
  begun_us_ = core_.clock.steady_us();
  places_ = process_.places();
  under_way_ = 1;
  Send(false, places_ + 1, 0, [this](const Sent&, bool) {
    for (SimulatedBank* bank : banks_) bank->Hold();
    Fill();
  });
}

// One by one: the wallet may bound how much it takes at once.
void PlacesProbe::Fill() {
  Send(true, 1, accepted_ + 1, [this](const Sent& sent, bool lost) { OnFilled(sent, lost); });
}

void PlacesProbe::OnFilled(const Sent& sent, bool lost) {
  if (lost || sent.answer.outcome != Outcome::kOk) return Judge();
  ++accepted_;
  Fill();
}

void PlacesProbe::Send(bool withdraw, int64_t amount, int64_t number, Network::Reply then) {
  Call call;
  call.request = {.withdraw = withdraw,
                  .user = kUser,
                  .amount = amount,
                  .key = absl::StrCat("probe-", number),
                  .currency = "USD"};
  network_.Send(peer_, {call}, INT64_MAX,
                [=, this, then = std::move(then)](const Sent& sent, bool lost) {
                  const bool overloaded = sent.answer.outcome == Outcome::kOverloaded;
                  return overloaded ? Send(withdraw, amount, number, then) : then(sent, lost);
                });
}

void PlacesProbe::Judge() {
  under_way_ = 0;
  for (SimulatedBank* bank : banks_) bank->LetGo();
  // Where filling takes long, the first ones are in review before the last ones come.
  const int64_t most = places_ + watch_.LetGoSince(begun_us_);
  if (places_ <= accepted_ && accepted_ <= most) return;
  core_.problems.Report({kUser}, absl::StrCat("of ", places_, " places ", accepted_,
                                              " could be filled when nothing was under way"));
}

}  // namespace wallet::simulation
