//! Jobs.

codes! {
    NOT_FOUND               404 "app.job.get.app_error"                           "There is no such job.";
    UNKNOWN_TYPE            400 "api.job.unable_to_create_job.incorrect_job_type" "There are no jobs of this type.";
    TYPE_WITHOUT_PERMISSION 400 "api.job.retrieve.nopermissions"                  "There are no jobs of this type.";
    INVALID_STATUS          400 "api.job.status.invalid"                          "A job cannot be given this state.";
    NOT_CANCELABLE          400 "jobs.request_cancellation.status.error"          "The job is over or cannot be stopped any more.";
    EXPORT_OFF              501 "app.job.download_export_results_not_enabled"     "Results of exports cannot be downloaded from this server (DownloadExportResults).";
}
