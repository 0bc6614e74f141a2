#include "net/admin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/codec.h"
#include "tests/engine/backup/backup_fixture.h"

namespace wallet {
namespace {

using testing::BackupFixture;
using ::testing::HasSubstr;

class AdminTest : public ::testing::Test, protected BackupFixture {
 protected:
  AdminTest() { s.Write(30); }

  std::optional<Refusal> Ask(const v1::Admin& asked, bool local = true) {
    result_.Clear();
    return AnswerAdmin(asked, *s.h.engine, &maintenance_, local, result_);
  }
  static v1::Admin CreateSnapshot() {
    v1::Admin admin;
    admin.mutable_create_snapshot();
    return admin;
  }
  static v1::Admin CreateBackup(const std::string& directory) {
    v1::Admin admin;
    admin.mutable_create_backup()->set_directory(directory);
    admin.mutable_create_backup()->set_token(7);
    return admin;
  }

  std::unique_ptr<Executor> executor_ = s.h.scheduler.MakeExecutor();
  Maintenance maintenance_{*s.h.engine, Ledger(), *executor_};
  v1::AdminResult result_;
};

TEST_F(AdminTest, FromAnotherMachineNothingIsServed) {
  const auto refusal = Ask(CreateSnapshot(), /*local=*/false);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->outcome, Outcome::kInvalidField);
  EXPECT_EQ(refusal->field, "admin");
  EXPECT_THAT(refusal->message, HasSubstr("loopback"));
  s.load.Settle();
  EXPECT_TRUE(s.Kept().empty());
}

TEST_F(AdminTest, AServerThatOffersNothingSaysSo) {
  EXPECT_TRUE(AnswerAdmin(CreateSnapshot(), *s.h.engine, nullptr, true, result_));
}

TEST_F(AdminTest, ASnapshotIsBegunFoundByItsTicketAndListed) {
  ASSERT_FALSE(Ask(CreateSnapshot()));
  EXPECT_FALSE(result_.snapshot().ended());
  v1::Admin get;
  get.mutable_get_snapshot()->set_ticket(result_.snapshot().ticket());
  s.load.Settle();
  ASSERT_FALSE(Ask(get));
  EXPECT_TRUE(result_.snapshot().ended());
  EXPECT_EQ(result_.snapshot().snapshot().position(), s.h.log->end().value());
  v1::Admin list;
  list.mutable_list_snapshots();
  ASSERT_FALSE(Ask(list));
  ASSERT_EQ(result_.snapshots().snapshots_size(), 1);
  EXPECT_EQ(result_.snapshots().snapshots(0).path(), s.PathOf(s.h.log->end()));
  get.mutable_get_snapshot()->set_ticket(99);
  EXPECT_EQ(Ask(get)->field, "ticket");
}

TEST_F(AdminTest, ABackupIsBegunAndItsStateIsAnswered) {
  v1::Admin get;
  get.mutable_get_backup();
  ASSERT_FALSE(Ask(get));
  EXPECT_EQ(result_.backup().state(), 0u);
  ASSERT_FALSE(Ask(CreateBackup(kSet)));
  EXPECT_EQ(result_.backup().state(), 1u);
  EXPECT_EQ(result_.backup().token(), 7u);
  s.load.Settle();
  ASSERT_FALSE(Ask(get));
  EXPECT_EQ(result_.backup().state(), 2u);
  EXPECT_EQ(result_.backup().position(), s.h.log->end().value());
  EXPECT_EQ(result_.backup().phase(), 3u);
  EXPECT_TRUE(Verify().ok());
}

TEST_F(AdminTest, ABackupCanBeCancelled) {
  ASSERT_FALSE(Ask(CreateBackup(kSet)));
  v1::Admin cancel;
  cancel.mutable_cancel_backup();
  ASSERT_FALSE(Ask(cancel));
  s.load.Settle();
  EXPECT_EQ(maintenance_.backup().state, BackupState::kCancelled);
}

TEST_F(AdminTest, WhatCannotBeAskedIsRefused) {
  EXPECT_EQ(Ask(CreateBackup("relative"))->field, "directory");
  EXPECT_EQ(Ask(v1::Admin())->outcome, Outcome::kMalformedRequest);
}

TEST_F(AdminTest, AFieldThatIsNotKnownIsSeenAtEveryDepth) {
  v1::Operation operation;
  operation.mutable_admin()->mutable_create_backup()->set_directory("/x");
  EXPECT_FALSE(HasUnknownAdminFields(operation));
  const auto add = [](google::protobuf::Message& message) {
    message.GetReflection()->MutableUnknownFields(&message)->AddVarint(100, 1);
  };
  v1::Operation outer = operation, middle = operation, inner = operation;
  add(outer);
  add(*middle.mutable_admin());
  add(*inner.mutable_admin()->mutable_create_backup());
  EXPECT_TRUE(HasUnknownAdminFields(outer));
  EXPECT_TRUE(HasUnknownAdminFields(middle));
  EXPECT_TRUE(HasUnknownAdminFields(inner));

  using Asked = google::protobuf::Message* (*)(v1::Admin&);
  for (const Asked ask : {Asked([](v1::Admin& admin) -> google::protobuf::Message* {
                            return admin.mutable_create_snapshot();
                          }),
                          Asked([](v1::Admin& admin) -> google::protobuf::Message* {
                            return admin.mutable_get_snapshot();
                          }),
                          Asked([](v1::Admin& admin) -> google::protobuf::Message* {
                            return admin.mutable_list_snapshots();
                          }),
                          Asked([](v1::Admin& admin) -> google::protobuf::Message* {
                            return admin.mutable_get_backup();
                          }),
                          Asked([](v1::Admin& admin) -> google::protobuf::Message* {
                            return admin.mutable_cancel_backup();
                          })}) {
    v1::Operation each;
    google::protobuf::Message& asked = *ask(*each.mutable_admin());
    EXPECT_FALSE(HasUnknownAdminFields(each)) << asked.GetTypeName();
    add(asked);
    EXPECT_TRUE(HasUnknownAdminFields(each)) << asked.GetTypeName();
  }
  v1::Operation none;
  none.mutable_admin();
  EXPECT_FALSE(HasUnknownAdminFields(none)) << "of no kind, which is refused later";
}

}  // namespace
}  // namespace wallet
