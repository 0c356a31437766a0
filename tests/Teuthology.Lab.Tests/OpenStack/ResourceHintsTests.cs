using System.Text.RegularExpressions;
using Teuthology.OpenStack;
using Teuthology.Yaml;

namespace Teuthology.Lab.Tests;

/// <summary>Hints of jobs, the flavour that they lead to, and what a run takes.</summary>
public sealed class ResourceHintsTests
{
    private static readonly Flavor[] Flavors =
    [
        new("1", "s1-2", 1, 2000, 10), new("2", "win-s1-8", 1, 8000, 40), new("3", "s1-8", 2, 8000, 40), new("4", "c2-7", 2, 7000, 50), new("5", "c2-15", 4, 15000, 100),
    ];

    [Fact]
    public void OfJob_SeveralHints_GiveTheLargestOfEach() =>
        Assert.Equal(new ServerNeeds(4000, 40, 2, 3, 10), Hints("[{machine: {ram: 4000, disk: 10}}, {machine: {disk: 40, cpus: 2}, volumes: {count: 3}}, {volumes: {count: 1, size: 10}}]"));

    [Fact]
    public void OfJob_None_NeedsNothing() => Assert.Equal(ServerNeeds.None, ResourceHints.OfJob([]));

    [Theory]
    [InlineData("{machine: {ram: 1}}", "job.yaml:1:1: 'openstack' of a job must be a list of hints")]
    [InlineData("[ram]", "'openstack' of a job must be a list of hints")]
    [InlineData("[{machines: {ram: 1}}]", "'openstack[0].machines' is no key that is known; did you mean 'machine'?")]
    [InlineData("[{}, {machine: {ram: much}}]", "'openstack[1].machine.ram' must be a whole number")]
    [InlineData("[{volumes: {count: -1}}]", "'openstack[0].volumes.count' must be a whole number from 0 to 100")]
    public void OfJob_WhatMakesNoSense_IsToldWithItsPlace(string hints, string message) =>
        Assert.Contains(message, Assert.Throws<ConfigurationException>(() => Hints(hints)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("", "", 8000, 20, 1, "win-s1-8")]
    [InlineData("", "^win-", 8000, 20, 1, "s1-8")]
    [InlineData("", "", 1, 1, 1, "s1-2")]
    [InlineData("", "", 7000, 45, 2, "c2-7")]
    [InlineData("^c2-,^s1-", "", 1, 1, 1, "c2-7")]
    [InlineData("^s1-,^c2-", "", 9000, 1, 1, "c2-15")]
    public void Smallest_Patterns_GiveUpstreamsChoice(string preferred, string excluded, int ram, int disk, int cpus, string flavor) =>
        Assert.Equal(flavor, new FlavorChoice(Patterns(preferred), Patterns(excluded)).Smallest(Flavors, new ServerNeeds(ram, disk, cpus, 0, 0)).Name);

    [Fact]
    public void Smallest_NothingFits_NamesTheLargest() => Assert.Equal(
        "no flavour of the cloud has 16000 MB, 20 GB, 1 CPU: the largest that is allowed is c2-15 (4 CPUs, 15000 MB, 100 GB); ask for less in `openstack:` of the job or `machine` of the site",
        Assert.Throws<ConfigurationException>(() => new FlavorChoice([], []).Smallest(Flavors, new ServerNeeds(16000, 20, 1, 2, 5))).Message);

    [Fact]
    public void Of_JobsSideBySide_CountsTheLargestTogether()
    {
        var estimate = RunEstimate.Of(
            [new(1, new ServerNeeds(0, 0, 0, 2, 5), Flavors[0], 0.5), new(3, ServerNeeds.None, Flavors[2], 0.5), new(2, new ServerNeeds(0, 0, 0, 1, 20), Flavors[2], 0.5)], atOnce: 2, most: 4, new Dictionary<string, double> { ["s1-2"] = 1, ["s1-8"] = 2 });

        Assert.Equal((6, 4, 4, 4, 50), (estimate.Servers, estimate.PeakServers, estimate.Volumes, estimate.PeakVolumes, estimate.PeakVolumeSize));
        Assert.Equal((8, 32000, 3.0, 1.0, 5.5), (estimate.PeakCpus, estimate.PeakRam, estimate.ServerHours, estimate.Hours, estimate.Cost!.Value));
    }

    [Fact]
    public void Of_JobsOfDifferentLengths_CountsEachOnesHours()
    {
        var estimate = RunEstimate.Of(
            [new(1, ServerNeeds.None, Flavors[0], 3), new(2, ServerNeeds.None, Flavors[2], 0.5), new(1, ServerNeeds.None, Flavors[2], 1)], atOnce: 2, most: 4, new Dictionary<string, double> { ["s1-2"] = 1, ["s1-8"] = 2 });

        // The short ones follow each other beside the long one.
        Assert.Equal((5.0, 3.0, 7.0), (estimate.ServerHours, estimate.Hours, estimate.Cost!.Value));
    }

    private static ServerNeeds Hints(string text) => ResourceHints.OfJob((YamlMap)YamlLoader.Load($"openstack: {text}\n", "job.yaml")!);

    private static Regex[] Patterns(string patterns) => [.. patterns.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(p => new Regex(p, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)))];
}
