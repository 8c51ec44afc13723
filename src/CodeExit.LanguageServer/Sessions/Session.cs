using CodeExit.Completion;
using CodeExit.Completion.Gate;
using CodeExit.LanguageServer.Documents;
using CodeExit.LanguageServer.Ignore;
using CodeExit.LanguageServer.Suggestions;

namespace CodeExit.LanguageServer.Sessions;

internal enum SessionState
{
    BeforeInitialize,
    Running,
    ShutDown,
}

/// <summary>Everything that belongs to one connection, for its handlers. What has a setter is set by the reading loop only.</summary>
internal sealed class Session
{
    public Session(ICompletionService service, LanguageServerOptions options, Client client, CancellationToken connectionClosed)
    {
        (Service, Options, Client) = (service, options, client);
        Documents = new DocumentStore(options.Log);
        Ignored = new IgnoredFiles(options.Log);
        Typing = new TypingHistory(options.Time);
        var gate = new AskGate(options.Acceptance, Typing);
        Asking = new AskingRules(Ignored, gate, options.Log);
        Watch = new OfferWatch(gate, Typing);
        OpenFiles.Admits = document => Ignored.Why(document.Uri) is null;
        InFlight = new RequestsInFlight(connectionClosed);
        ModelLoad = new ModelLoad(service, client, options.Log, connectionClosed);
        Ledger = new SuggestionLedger(service.Report, Watch.Accepted);
        GhostText = new Suggester(service, ModelLoad, Ledger, Typing, options.Time);
        Menu = new Suggester(service, ModelLoad, Ledger, Typing, options.Time);
    }

    public SessionState State { get; set; }

    /// <summary>Set by exit: 0 after shutdown, otherwise 1. Ends the reading.</summary>
    public int? ExitCode { get; set; }

    public PositionEncoding Encoding { get; set; }

    public ClientSettings Settings { get; set; } = new();

    /// <summary>What is wrong with the options of initialize: shown once the client may be spoken to.</summary>
    public IReadOnlyList<string> SettingProblems { get; set; } = [];

    /// <summary>Whether the client wants to be told what the server does.</summary>
    public bool Traces { get; set; }

    public ICompletionService Service { get; }

    public LanguageServerOptions Options { get; }

    public Client Client { get; }

    public DocumentStore Documents { get; }

    /// <summary>What a prompt may hold of the documents beside the one that is completed.</summary>
    public OpenFilesView OpenFiles { get; } = new();

    /// <summary>Whose text never gets to the model.</summary>
    public IgnoredFiles Ignored { get; }

    /// <summary>When the model is not asked at all.</summary>
    public AskingRules Asking { get; }

    /// <summary>What the user did just now.</summary>
    public TypingHistory Typing { get; }

    /// <summary>The suggestion on the screen.</summary>
    public OfferWatch Watch { get; }

    public RequestsInFlight InFlight { get; }

    public ModelLoad ModelLoad { get; }

    public SuggestionLedger Ledger { get; }

    public Suggester GhostText { get; }

    public Suggester Menu { get; }
}
