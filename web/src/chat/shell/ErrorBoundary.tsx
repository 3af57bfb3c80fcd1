import { TriangleAlert } from "lucide-react";
import { Component, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../design/Button";
import { EmptyState } from "../design/EmptyState";

/** Says so when a part of the page breaks, instead of leaving it white. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError() {
    return { isBroken: true };
  }

  override render() {
    return this.state.isBroken ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const { t } = useTranslation();
  return (
    <div role="alert">
      <EmptyState
        icon={<TriangleAlert size={32} />}
        title={t("errors.title")}
        lead={t("errors.broken")}
        action={<Button onClick={() => location.reload()}>{t("common.reload")}</Button>}
      />
    </div>
  );
}
