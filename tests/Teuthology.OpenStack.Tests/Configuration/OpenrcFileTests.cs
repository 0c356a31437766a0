namespace Teuthology.OpenStack.Tests.Configuration;

/// <summary>openrc.sh, as dashboards and people write it.</summary>
public sealed class OpenrcFileTests
{
    [Fact]
    public void Load_OfTheOldKindWithFourVariables_IsAUserOfVersion3()
    {
        using var files = new Files();
        var openrc = files.Write("openrc.sh", """
            export OS_PASSWORD=12345
            export OS_USERNAME=ubuntu
            export OS_TENANT_NAME="a project"
            export OS_AUTH_URL=https://keystone.example.com:5000/v2.0/
            """);

        var read = OpenStackConfiguration.Load(_ => null, openrc: openrc);

        Assert.Equal("https://keystone.example.com:5000/v3", read.AuthUrl.ToString());
        Assert.Equal(("ubuntu", "12345", "a project", AuthMethod.Password), (read.Username, read.Password, read.ProjectName, read.Method));
        Assert.Null(read.ProjectDomainName);
        Assert.DoesNotContain("12345", read.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_OfADashboardsFile_TakesItsQuotesCommentsAndBranchesAsSh()
    {
        var read = OpenrcFile.Parse("""
            #!/usr/bin/env bash
            # unset OS_AUTH_URL
            export OS_AUTH_URL=https://cloud.example.com:5000/v3 # the cloud
            export OS_PROJECT_ID='4f "x"'
            export OS_USER_DOMAIN_NAME="Default"
            if [ -z "$OS_USER_DOMAIN_NAME" ]; then unset OS_USER_DOMAIN_NAME; fi
            unset OS_TENANT_ID
            echo "Please enter your password: "
            read -sr OS_PASSWORD_INPUT
            export OS_PASSWORD=$OS_PASSWORD_INPUT
            NAME=jo; export OS_USERNAME="${NAME}\$ \"q\""
            export OS_REGION_NAME=${OS_REGION_NAME:-RegionOne} OS_INTERFACE=public
            export OS_TOKEN=$(cat /tmp/token)
            """, "openrc.sh", name => name == "OS_PASSWORD_INPUT" ? "typed before" : null);

        Assert.Equal("https://cloud.example.com:5000/v3", read["OS_AUTH_URL"]);
        Assert.Equal("4f \"x\"", read["OS_PROJECT_ID"]);
        Assert.Equal("Default", read["OS_USER_DOMAIN_NAME"]);
        Assert.Equal("", read["OS_TENANT_ID"]);
        Assert.Equal("typed before", read["OS_PASSWORD"]);
        Assert.Equal("jo$ \"q\"", read["OS_USERNAME"]);
        Assert.Equal(("RegionOne", "public"), (read["OS_REGION_NAME"], read["OS_INTERFACE"]));
        Assert.False(read.ContainsKey("OS_TOKEN"));
    }

    [Fact]
    public void Parse_OfAQuoteWithoutEnd_TellsItsLine()
    {
        var error = Assert.Throws<ConfigurationException>(() => OpenrcFile.Parse("A=1\nexport OS_PASSWORD='half\n", "openrc.sh", _ => null));

        Assert.StartsWith("openrc.sh:2:", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("export OS_USERNAME=u OS_PASSWORD=p OS_PROJECT_NAME=x", "OS_AUTH_URL is missing")]
    [InlineData("export OS_AUTH_URL=https://c/v3 OS_PASSWORD=p OS_PROJECT_NAME=x", "OS_USERNAME is missing")]
    [InlineData("export OS_AUTH_URL=https://c/v3 OS_USERNAME=u OS_PROJECT_NAME=x", "OS_PASSWORD is missing")]
    [InlineData("export OS_AUTH_URL=https://c/v3 OS_USERNAME=u OS_PASSWORD=p", "OS_PROJECT_NAME is missing")]
    [InlineData("export OS_AUTH_URL=cloud", "'cloud' is no address of Keystone")]
    [InlineData("export OS_AUTH_URL=https://c/v3 OS_AUTH_TYPE=v3kerberos", "OS_AUTH_TYPE 'v3kerberos' is not known")]
    [InlineData("export OS_AUTH_URL=https://c/v3 OS_APPLICATION_CREDENTIAL_ID=a", "OS_APPLICATION_CREDENTIAL_SECRET is missing")]
    [InlineData("export OS_AUTH_URL=https://c/v3 OS_USERNAME=u OS_PASSWORD=p OS_PROJECT_NAME=x OS_INTERFACE=outside", "OS_INTERFACE 'outside' is not known")]
    public void Load_OfAFileThatLacksSomething_SaysWhatAndWhere(string text, string wanted)
    {
        using var files = new Files();
        var openrc = files.Write("openrc.sh", text);

        var error = Assert.Throws<ConfigurationException>(() => OpenStackConfiguration.Load(_ => null, openrc: openrc));

        Assert.StartsWith(openrc, error.Message, StringComparison.Ordinal);
        Assert.Contains(wanted, error.Message, StringComparison.Ordinal);
    }
}
