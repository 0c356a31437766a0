namespace Teuthology.LockTest.Tests;

/// <summary>The checker on histories made by hand: it must find what is wrong, and must not cry where something may have happened in another order.</summary>
public sealed class CheckerTests
{
    private const string Held = "one valid lease a machine";
    private const string Outdated = "no command of an outdated fence";

    [Fact]
    public void Check_MachineGivenTwice_IsFound() =>
        Assert.Equal([Held], new Story().Claim("a", 10, 20, 1, ["n1", "n2"]).Claim("b", 100, 110, 2, ["n2"]).Broken());

    [Fact]
    public void Check_OverlappingClaims_OrderIsTakenFromTheFences() =>
        Assert.Equal([Held], new Story().Claim("a", 10, 60, 1, ["n1"]).Claim("b", 20, 50, 2, ["n1"]).Broken());

    [Fact]
    public void Check_OverrunLeaseIsValidWhenTheNextButOneComes_IsFound()
    {
        var story = new Story().Claim("a", 10, 20, 1, ["n1"], duration: 5000).Claim("b", 100, 110, 2, ["n1"], duration: 10).Claim("c", 300, 310, 3, ["n1"]);
        Assert.Equal([Held], story.Broken());
    }

    [Fact]
    public void Check_GivenBackFirst_IsValid() =>
        Assert.Empty(new Story().Claim("a", 10, 20, 1, ["n1"]).Release("a", 50, 60, 1).Claim("b", 70, 80, 2, ["n1"]).Broken());

    [Fact]
    public void Check_GivingBackWasUnderWay_IsValid() =>
        Assert.Empty(new Story().Claim("a", 10, 20, 1, ["n1"]).Release("a", 50, 90, 1).Claim("b", 60, 80, 2, ["n1"]).Broken());

    [Fact]
    public void Check_GivingBackBeganAfterTheNextClaim_IsFound() =>
        Assert.Equal([Held], new Story().Claim("a", 10, 20, 1, ["n1"]).Claim("b", 60, 80, 2, ["n1"]).Release("a", 81, 90, 1).Broken());

    [Theory]
    [InlineData(HistoryEvent.Info)]
    [InlineData(null)]
    public void Check_NobodyKnowsWhetherItWasGivenBack_IsValid(string? outcome) =>
        Assert.Empty(new Story().Claim("a", 10, 20, 1, ["n1"]).Release("a", 50, outcome is null ? null : 60, 1, outcome ?? HistoryEvent.Info).Claim("b", 900, 910, 2, ["n1"]).Broken());

    [Fact]
    public void Check_GivingBackFailed_StillHeld() =>
        Assert.Equal([Held], new Story().Claim("a", 10, 20, 1, ["n1"]).Release("a", 50, 60, 1, HistoryEvent.Fail).Claim("b", 70, 80, 2, ["n1"]).Broken());

    [Fact]
    public void Check_Expired_IsValid() =>
        Assert.Empty(new Story().Claim("a", 10, 20, 1, ["n1"]).Claim("b", 1011, 1020, 2, ["n1"]).Broken());

    [Fact]
    public void Check_TakenAMomentBeforeItsEnd_IsFound() =>
        Assert.Equal([Held], new Story().Claim("a", 10, 20, 1, ["n1"]).Claim("b", 1000, 1005, 2, ["n1"]).Broken());

    [Fact]
    public void Check_Renewed_IsHeldOn() =>
        Assert.Equal([Held], new Story().Claim("a", 10, 20, 1, ["n1"]).Renew("a", 900, 910, 1).Claim("b", 1500, 1510, 2, ["n1"]).Broken());

    [Fact]
    public void Check_NobodyKnowsWhetherItWasRenewed_MayHaveExpired() =>
        Assert.Empty(new Story().Claim("a", 10, 20, 1, ["n1"]).Renew("a", 900, null, 1).Claim("b", 1500, 1510, 2, ["n1"]).Broken());

    [Fact]
    public void Check_ShortenedByARenewalWhoseAnswerWasLost_MayHaveExpired() =>
        Assert.Empty(new Story().Claim("a", 10, 20, 1, ["n1"], duration: 9000).Renew("a", 100, null, 1, duration: 50).Claim("b", 500, 510, 2, ["n1"]).Broken());

    [Fact]
    public void Check_HolderWasKilled_IsValid() =>
        Assert.Empty(new Story().Claim("a", 10, 20, 1, ["n1"]).Kill("a", 50).Claim("b", 60, 70, 2, ["n1"]).Broken());

    [Fact]
    public void Check_AnotherWasKilled_IsFound() =>
        Assert.Equal([Held], new Story().Claim("a", 10, 20, 1, ["n1"]).Kill("c", 50).Claim("b", 60, 70, 2, ["n1"]).Broken());

    [Fact]
    public void Check_HoldOutlivesItsMaker() =>
        Assert.Equal([Held], new Story().Claim("a", 10, 20, 1, ["n1"], controlled: false).Kill("a", 50).Claim("b", 60, 70, 2, ["n1"]).Broken());

    [Fact]
    public void Check_KeptLeaseOutlivesItsMakerAndItsEnd() =>
        Assert.Equal([Held], new Story().Claim("a", 10, 20, 1, ["n1"]).Keep("a", 30, 40, 1).Kill("a", 50).Claim("b", 5000, 5010, 2, ["n1"]).Broken());

    [Fact]
    public void Check_UnlockedByItsOwnersName_IsValid() =>
        Assert.Empty(new Story().Claim("a", 10, 20, 1, ["n1"]).Break("a", 30, 40).Claim("b", 60, 70, 2, ["n1"]).Broken());

    [Fact]
    public void Check_UnlockedBeforeItWasClaimed_IsFound() =>
        Assert.Equal([Held], new Story().Break("a", 1, 5).Claim("a", 10, 20, 1, ["n1"]).Claim("b", 60, 70, 2, ["n1"]).Broken());

    [Fact]
    public void Check_UnlockWithoutAnAnswer_MayComeAtAnyLaterTime() =>
        Assert.Empty(new Story().Break("a", 1, null).Claim("a", 10, 20, 1, ["n1"]).Claim("b", 60, 70, 2, ["n1"]).Broken());

    [Fact]
    public void Check_ClockJumpedPastItsEnd_IsValid() =>
        Assert.Empty(new Story().Claim("a", 10, 20, 1, ["n1"]).MoveClock(30, 31, 5000).Claim("b", 60, 70, 2, ["n1"]).Broken());

    [Fact]
    public void Check_ClockJumpedBack_LeaseLastsLonger() =>
        Assert.Equal([Held], new Story().Claim("a", 10, 20, 1, ["n1"]).MoveClock(30, 31, -5000).Claim("b", 1500, 1510, 2, ["n1"]).Broken());

    [Fact]
    public void Check_ClockJumpedThereAndBack_MayHaveBeenTakenBetween() =>
        Assert.Empty(new Story().Claim("a", 10, 20, 1, ["n1"]).MoveClock(30, 31, 5000).MoveClock(40, 41, 0).Claim("b", 60, 70, 2, ["n1"]).Broken());

    [Fact]
    public void Check_LeaseIsShorterThanAsked_IsFound() =>
        Assert.Equal(["leases last as long as asked"], new Story().Claim("a", 10, 20, 1, ["n1"], lasts: 900).Broken());

    [Fact]
    public void Check_FenceTwice_IsFound() =>
        Assert.Contains("a fence is given once", new Story().Claim("a", 10, 20, 1, ["n1"]).Claim("b", 15, 25, 1, ["n2"]).Broken());

    [Fact]
    public void Check_FenceGoesDown_IsFound() =>
        Assert.Equal(["fences grow"], new Story().Claim("a", 10, 20, 5, ["n1"]).Claim("b", 30, 40, 4, ["n2"]).Broken());

    [Fact]
    public void Check_FencesOfOverlappingClaims_MayBeOfAnyOrder() =>
        Assert.Empty(new Story().Claim("a", 10, 35, 5, ["n1"]).Claim("b", 30, 40, 4, ["n2"]).Broken());

    [Fact]
    public void Check_FewerThanAsked_IsFound() =>
        Assert.Equal(["all or nothing"], new Story().Claim("a", 10, 20, 1, ["n1"], asked: 2).Broken());

    [Fact]
    public void Check_LostLeaseIsRenewed_IsFound() =>
        Assert.Equal(["a lost lease is not renewed"], new Story().Claim("a", 10, 20, 1, ["n1"]).Claim("b", 2000, 2010, 2, ["n1"]).Renew("a", 2100, 2110, 1).Broken());

    [Fact]
    public void Check_ReturnedLeaseIsRenewed_IsFound() =>
        Assert.Equal(["a lost lease is not renewed"], new Story().Claim("a", 10, 20, 1, ["n1"]).Release("a", 30, 40, 1).Renew("a", 50, 60, 1).Broken());

    [Fact]
    public void Check_ValidLeaseIsRefusedItsRenewal_IsFound() =>
        Assert.Equal(["a valid lease is renewed"], new Story().Claim("a", 10, 20, 1, ["n1"]).Renew("a", 100, 110, 1, HistoryEvent.Fail).Broken());

    [Fact]
    public void Check_RowsShowAValidLeaseAsFree_IsFound() =>
        Assert.Equal(["rows tell who holds"], new Story().Claim("a", 10, 20, 1, ["n1"]).List(30, 40, ("n1", false, 1, null)).Broken());

    [Fact]
    public void Check_RowsOfALeaseThatIsBeingGivenBack_MayShowEither() =>
        Assert.Empty(new Story().Claim("a", 10, 20, 1, ["n1"]).Release("a", 35, 45, 1).List(30, 40, ("n1", false, 1, null)).Broken());

    [Fact]
    public void Check_FailedClaimHoldsAMachine_IsFound() =>
        Assert.Equal(["a claim that failed holds nothing"], new Story().NoClaim("a", 10, 20, HistoryEvent.Fail, "a#1").List(30, 40, ("n1", true, 1, "a#1")).Broken());

    [Fact]
    public void Check_ClaimWithoutAnAnswerHoldsAMachine_IsValid() =>
        Assert.Empty(new Story().NoClaim("a", 10, null, HistoryEvent.Info, "a#1").List(30, 40, ("n1", true, 1, "a#1")).Broken());

    [Fact]
    public void Check_CommandOfAnOlderFence_IsFound()
    {
        var story = new Story().Claim("a", 10, 20, 1, ["n1"]).Claim("b", 2000, 2010, 2, ["n1"]);
        Assert.Equal([Outdated], story.Ran("n1", 30, 1).Ran("n1", 2020, 2).Ran("n1", 2030, 1).Broken());
    }

    [Fact]
    public void Check_CommandOfAnOlderFenceBeforeTheNewerOneCame_IsValid()
    {
        var story = new Story().Claim("a", 10, 20, 1, ["n1", "n2"]).Claim("b", 2000, 2010, 2, ["n1"]);
        Assert.Empty(story.Ran("n1", 2015, 1).Ran("n1", 2020, 2).Ran("n2", 2030, 1).Broken());
    }

    [Fact]
    public void Check_ControllerOfAnOlderFenceNotesLateThatItWasLetIn_IsValid()
    {
        var story = new Story().Claim("a", 10, 20, 1, ["n1"]).Claim("b", 2000, 2010, 2, ["n1"]);
        Assert.Empty(story.LetIn("n1", 2020, 2).LetIn("n1", 2030, 1).Broken());
    }

    [Fact]
    public void Check_CommandOfAnOlderFenceAfterANewerControllerWasLetIn_IsFound()
    {
        var story = new Story().Claim("a", 10, 20, 1, ["n1"]).Claim("b", 2000, 2010, 2, ["n1"]);
        Assert.Equal([Outdated], story.LetIn("n1", 2020, 2).Ran("n1", 2030, 1).Broken());
    }

    [Fact]
    public void Check_CommandOnAMachineOfAnother_IsFound() =>
        Assert.Equal(["commands run on machines of the lease"], new Story().Claim("a", 10, 20, 1, ["n1"]).Ran("n2", 30, 1).Broken());

    [Fact]
    public void Check_SomethingStaysLocked_IsFound()
    {
        Assert.Equal(["nothing stays locked"], new Story().End(100, ["n1", "n2"]).Broken());
        Assert.Equal(["nothing stays locked"], new Story().End(100, ["n1", "n2", "n3"], 0, ("n2", true)).Broken());
        Assert.Equal(["nobody waits for ever"], new Story().End(100, ["n1", "n2", "n3"], waiters: 1).Broken());
    }
}
