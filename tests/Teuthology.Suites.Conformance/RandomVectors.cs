using System.Numerics;

namespace Teuthology.Suites.Conformance;

/// <summary>Draws of Python's and Lua's generators.</summary>
internal static class RandomVectors
{
    public static void Compare(ConformanceData data, Tally tally)
    {
        foreach (var record in ConformanceData.Json(data.PathOf("random_vectors.json")).GetProperty("python").EnumerateArray())
        {
            tally.Record();
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
    }
}
