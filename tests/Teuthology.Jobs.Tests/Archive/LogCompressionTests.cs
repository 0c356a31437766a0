using Teuthology.Yaml;

namespace Teuthology.Jobs.Tests;

public sealed class LogCompressionTests
{
    [Fact]
    public void Compress_OnlyFilesOfThatSize_AreCompressed()
    {
        var directory = Directory.CreateTempSubdirectory("teuthology-gz-").FullName;
        File.WriteAllBytes(Path.Combine(directory, "big"), new byte[2048]);
        File.WriteAllBytes(Path.Combine(directory, "small"), new byte[2047]);
        LogCompression.Compress(directory, new YamlMap { ["log-compress-min-size"] = "2KiB" });
        Assert.Equal(["big.gz", "small"], Directory.GetFiles(directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Directory.Delete(directory, recursive: true);
    }

    [Theory]
    [InlineData("128MB", 128_000_000L)]
    [InlineData("1MiB", 1_048_576L)]
    [InlineData("1.5k", 1500L)]
    [InlineData("77", 77L)]
    [InlineData("many", null)]
    public void Bytes_HumanSize_IsDecimalOrBinary(string text, long? bytes) => Assert.Equal(bytes, LogCompression.Bytes(text));
}
