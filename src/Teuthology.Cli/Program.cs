Console.Error.WriteLine("teuthology: no verb is built in yet");
return 2;
