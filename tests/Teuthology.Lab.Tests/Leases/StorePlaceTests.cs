namespace Teuthology.Lab.Tests;

public sealed class StorePlaceTests
{
    [Theory]
    [InlineData(null, null, "/state/leases.db")]
    [InlineData(null, "~/locks.db", "/home/joe/locks.db")]
    [InlineData("/srv/locks.db", "postgres://db/lab", "/srv/locks.db")]
    [InlineData("postgres://joe:s3cret@db:5433/lab", null, "postgres://joe:s3cret@db:5433/lab")]
    [InlineData("Database=lab;Host=db", null, "Database=lab;Host=db")]
    public void Choose_VariableThenSiteThenHost_GivesThePlace(string? variable, string? site, string place) =>
        Assert.Equal(place, StorePlace.Choose(Environment(variable), new SiteConfig { Store = site }, "/state"));

    [Theory]
    [InlineData("mysql://db/lab", "it cannot be mysql://")]
    [InlineData("postgres://db:notaport/lab", "TEUTHOLOGY_STORE: ")]
    [InlineData("postgres://joe:s3cret@db/lab?nonsense=1", "nonsense")]
    [InlineData("Host=db;Prot=5432", "prot")]
    public void Choose_PlaceThatMakesNoSense_SaysWhatItMayBe(string place, string message)
    {
        var error = Assert.Throws<ConfigurationException>(() => StorePlace.Choose(Environment(place), new SiteConfig(), "/state"));

        Assert.Contains(message, error.Message);
        Assert.DoesNotContain("s3cret", error.Message);
    }

    [Theory]
    [InlineData("postgres://joe:s%40cret@db.example.com:5433/lab?sslmode=verify-full", "db.example.com:5433/lab")]
    [InlineData("postgresql://db/lab", "db:5432/lab")]
    [InlineData("Host=/run/postgresql;Database=lab;Password=s3cret", "/run/postgresql:5432/lab")]
    public void Place_OfAStore_HasNoSecrets(string place, string shown) => Assert.Equal(shown, new LeaseStore(place, TimeProvider.System).Place);

    private static Func<string, string?> Environment(string? store) => name => name switch
    {
        StorePlace.Variable => store,
        "HOME" => "/home/joe",
        _ => null,
    };
}
