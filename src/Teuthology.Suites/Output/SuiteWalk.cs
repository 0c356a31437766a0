namespace Teuthology.Suites;

/// <summary>Goes through a suite's jobs in order; a job is only described, no object is made for it where no filter has to look at it.</summary>
/// <param name="matrix">The suite.</param>
/// <param name="filter">Which jobs; null for all.</param>
internal sealed class SuiteWalk(SuiteMatrix matrix, SuiteFilter? filter)
{
    private readonly PythonRandom _random = matrix.Draws();
    private readonly LineText _suite = new(matrix.Suite);
    private readonly LineText _before = new(matrix.Suite + "/");
    private Selection? _kept;
    private long _index = -1;

    /// <summary>Goes to the next job; false when there is none.</summary>
    public bool MoveNext()
    {
        while (++_index < matrix.Root.Size)
        {
            if (filter is null)
                return true;
            _kept = matrix.Root.At(_index, _random);
            if (filter.Keeps(matrix.Job(_index, _kept)))
                return true;
        }

        return false;
    }

    /// <summary>Writes the description of the job and notes its parts. Once for each job: draws are made for it.</summary>
    public void Describe(JobLine line)
    {
        line.Begin();
        if (_kept is null)
            line.PutBelow(_before, matrix.Root, _index, _random);
        else
        {
            line.Write(_kept.Text.Length == 0 ? _suite : _before);
            line.Put(_kept);
        }

        line.End();
    }

    /// <summary>The job whose description was written.</summary>
    public SuiteJob Job(JobLine line) => new(matrix.Suite, _index, line.Description, line.Fragments);
}
