using CodeExit.LanguageServer.Protocol;
using CodeExit.LanguageServer.Sessions;

namespace CodeExit.LanguageServer.Handlers;

/// <summary>codeexit/energy: what this connection's suggestions cost.</summary>
internal static class EnergyHandler
{
    public static EnergyResult Handle(Session session, NoParams parameters) => session.Ledger.Energy();
}
