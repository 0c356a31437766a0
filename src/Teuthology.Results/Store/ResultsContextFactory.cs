using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Teuthology.Results;

/// <summary>Lets <c>dotnet ef migrations add</c> build the model.</summary>
internal sealed class ResultsContextFactory : IDesignTimeDbContextFactory<ResultsContext>
{
    public ResultsContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<ResultsContext>().UseSqlite("Data Source=:memory:").Options);
}
