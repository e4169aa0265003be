import { runStorageContract } from "../../../testing/storage-contract/storage-contract.js";
import { memoryStorage } from "./memory-storage.js";

runStorageContract("memoryStorage", async () => ({ storage: memoryStorage() }));
