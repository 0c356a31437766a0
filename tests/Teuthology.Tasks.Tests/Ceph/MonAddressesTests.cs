namespace Teuthology.Tasks.Tests;

public sealed class MonAddressesTests
{
    [Fact]
    public void Assign_SeveralOnOneAddress_CountsPortsUp() => Assert.Equal(
        ["[v2:10.0.0.1:3300,v1:10.0.0.1:6789]", "[v2:10.0.0.2:3300,v1:10.0.0.2:6789]", "[v2:10.0.0.1:3301,v1:10.0.0.1:6790]"],
        MonAddresses.Assign([("a", "10.0.0.1"), ("b", "10.0.0.2"), ("c", "10.0.0.1")]).Values);

    [Theory]
    [InlineData(true, "[v1:10.0.0.1:6789]")]
    [InlineData(false, "10.0.0.1:6789")]
    public void Assign_WithoutVersion2_GivesVersion1Only(bool vectors, string expected) =>
        Assert.Equal(expected, MonAddresses.Assign([("a", "10.0.0.1")], version2: false, vectors)["a"]);
}
