using CodeExit.LanguageServer.Protocol;
using CodeExit.LanguageServer.Sessions;

namespace CodeExit.LanguageServer.Handlers;

/// <summary>codeexit/energy: what this connection's last suggestion cost, and all of the service's requests since its start.</summary>
internal static class EnergyHandler
{
    public static EnergyResult Handle(Session session, NoParams parameters) =>
        new(session.Ledger.LastEnergy(), [.. session.Service.EnergyTotals.Select(EnergyTotalResult.Of)]);
}
