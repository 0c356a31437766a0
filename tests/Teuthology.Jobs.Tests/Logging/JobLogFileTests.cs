using System.Text;
using Microsoft.Extensions.Logging;
using Teuthology.Orchestra;

namespace Teuthology.Jobs.Tests;

public sealed class JobLogFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("teuthology-log-").FullName, "teuthology.log");

    [Fact]
    public void TryWrite_Bytes_AreWrittenAsARecordOfTheSameLineIs()
    {
        using (var log = Open())
        {
            var logger = log.CreateLogger("teuthology.orchestra.run");
            logger.Log(LogLevel.Information, OutputLine.Event, new OutputLine("smithi001", "stdout", "grün"), null, (line, _) => line.ToString());
            Assert.True(log.Output("teuthology.orchestra.run").TryWrite("smithi001", "stdout", "grün"u8));
        }

        Assert.Equal(Enumerable.Repeat("INFO:teuthology.orchestra.run.smithi001.stdout:grün", 2), File.ReadLines(_path).Select(line => line[24..]));
    }

    [Fact]
    public void TryWrite_NoUtf8_IsLeftToARecord()
    {
        using var log = Open();
        Assert.False(log.Output("a").TryWrite("b", "stdout", [0xff, 0x41]));
    }

    [Fact]
    public void Write_LongerThanTheBuffer_ComesWholeAndInOrder()
    {
        var texts = new[] { 10, 300_000, 0, 5, 262_144, 200_000, 100_000, 1 }.Select((length, i) => new string((char)('a' + i), length)).ToList();
        using (var log = Open())
        {
            foreach (var text in texts)
            {
                log.CreateLogger("x").LogDebug("{Text}", text);
                log.Output("x").TryWrite("h", "stderr", Encoding.UTF8.GetBytes(text));
            }
        }

        Assert.Equal(texts.SelectMany(text => new[] { $"DEBUG:x:{text}", $"INFO:x.h.stderr:{text}" }), File.ReadLines(_path).Select(line => line[24..]));
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    private JobLogFile Open() => new(_path, LogLevel.Debug, new ArchiveTrouble(), TimeProvider.System);
}
