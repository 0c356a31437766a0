namespace Teuthology.Lab.Tests;

public sealed class ControllerProcessTests
{
    [Fact]
    public void IsDead_ThisProcess_Lives() => Assert.False(ControllerProcess.Current.IsDead);

    [Fact]
    public void IsDead_IdGivenToAnotherProcess_IsDead() =>
        Assert.True((ControllerProcess.Current with { StartTicks = ControllerProcess.Current.StartTicks - 1 }).IsDead);

    [Fact]
    public void IsDead_FromBeforeTheBoot_IsDead() => Assert.True((ControllerProcess.Current with { BootId = "before" }).IsDead);

    [Fact]
    public void IsDead_OfAnotherContainer_CannotBeJudged() =>
        Assert.False((ControllerProcess.Current with { PidNamespace = "pid:[1]", ProcessId = int.MaxValue }).IsDead);

    [Fact]
    public void TryParse_WhatToStringWrote_IsTheSame()
    {
        Assert.True(ControllerProcess.TryParse(ControllerProcess.Current.ToString(), out var read));
        Assert.Equal(ControllerProcess.Current, read);
        Assert.False(ControllerProcess.TryParse("nonsense", out _));
        Assert.False(ControllerProcess.TryParse(null, out _));
    }
}
