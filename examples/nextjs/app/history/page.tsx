import { History } from "@/components/history";

export default function HistoryPage() {
  return (
    <>
      <h1>History</h1>
      <History />
    </>
  );
}
