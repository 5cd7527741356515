using Seal.Client;
using Seal.Models.Engine;

using var interruption = new Interruption();
var exitCode = await SealConsole.Run(args, interruption.Token);
Console.Out.Flush();
Console.Error.Flush();
TorchExit.Now(exitCode);
return exitCode;
