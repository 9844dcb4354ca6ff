echo planted-secret-script
