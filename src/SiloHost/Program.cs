using Seal.SiloHost;

return await SiloProgram.Run(args);
