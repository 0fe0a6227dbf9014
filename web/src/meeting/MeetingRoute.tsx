import { JoinPage } from '../join/JoinPage';
export function MeetingRoute({ id }: { id: string }) {
  return <JoinPage id={id} />;
}
