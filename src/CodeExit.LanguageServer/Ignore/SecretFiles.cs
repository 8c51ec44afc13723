namespace CodeExit.LanguageServer.Ignore;

/// <summary>Files that hold secrets by their name. A <c>.codeexitignore</c> adds to them and, with <c>!</c>, takes back.</summary>
internal static class SecretFiles
{
    public const string Name = "files that hold secrets";

    private const string Patterns = """
        .env
        .env.*
        *.env
        !.env.example
        !.env.sample
        !.env.template
        .envrc
        *.pem
        *.key
        *.p12
        *.pfx
        *.jks
        *.keystore
        *.kdbx
        *.ppk
        id_rsa*
        id_dsa*
        id_ecdsa*
        id_ed25519*
        !id_*.pub
        .netrc
        _netrc
        .npmrc
        .pypirc
        .pgpass
        .htpasswd
        .git-credentials
        credentials
        credentials.json
        credentials.toml
        credentials.y*ml
        client_secret*.json
        secrets.json
        secrets.toml
        secrets.y*ml
        service-account*.json
        *.tfvars
        *.tfstate
        *.tfstate.*
        .aws/
        .ssh/
        .gnupg/
        **/.docker/config.json
        **/.kube/config
        """;

    /// <summary>Relative to the root of the file system.</summary>
    public static IgnoreFile All { get; } = IgnoreFile.Parse(Name, "", Patterns.ReplaceLineEndings("\n"));
}
