using System.Numerics;
using Xunit.Abstractions;

namespace Teuthology.Suites.Tests;

public sealed class RandomConformanceTests(ITestOutputHelper output)
{
    [SkippableFact]
    public void PythonRandom_Vectors_AreEqual()
    {
        var tally = new Tally(output);
        foreach (var record in ConformanceData.Json(ConformanceData.PathOf("random_vectors.json")).GetProperty("python").EnumerateArray())
        {
            var seed = BigInteger.Parse(record.Text("seed"));
            var random = new PythonRandom(seed);
            foreach (var word in record.GetProperty("getrandbits32").EnumerateArray())
                tally.Check($"seed {seed}", word.GetUInt32(), (uint)random.GetRandBits(32));
            random = new PythonRandom(seed);
            foreach (var (bits, number) in new[] { 1, 1, 1, 2, 2, 3, 3, 5, 31, 32, 33, 64 }.Zip(record.Texts("getrandbits_1_1_1_2_2_3_3_5_31_32_33_64")))
                tally.Check($"seed {seed}, {bits} bits", BigInteger.Parse(number), random.GetRandBits(bits));
            random = new PythonRandom(seed);
            foreach (var draw in record.GetProperty("randint_0_to_n_minus_1").EnumerateArray())
                tally.Check($"seed {seed}, below {draw[0]}", BigInteger.Parse(draw[1].GetString()!), random.RandInt(0, BigInteger.Parse(draw[0].GetString()!) - 1));
        }

        tally.AssertAllEqual(least: 900);
    }
}
